"""The preview map of a release that is not public yet, for officials only."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from tiles.releases.archives import archive_builder
from tiles.releases.archives import preview_style as preview_style_document
from tiles.releases.feature_store import read_features
from tiles.releases.models import Release
from tiles.releases.permissions import may_see

PREVIEW_FEATURES = 20_000
"""More features than this are not drawn in one preview tile; the page says so."""


@require_GET
def preview_tile(request: HttpRequest, pk: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of a release that is not public yet, encoded on demand for officials only."""
    release = _release(request, pk)
    if z > 22 or x >= 2**z or y >= 2**z:
        raise Http404
    builder = archive_builder()
    table = read_features(release, box=builder.tile_box(z, x, y), limit=PREVIEW_FEATURES)
    response = HttpResponse(
        builder.preview_tile(table, release.profile, z, x, y),
        content_type="application/vnd.mapbox-vector-tile",
    )
    response["Cache-Control"] = "private, max-age=60"
    return response


@require_GET
def preview_style(request: HttpRequest, pk: str) -> JsonResponse:
    """The map style of the preview."""
    release = _release(request, pk)
    template = reverse("releases:preview_tile", args=[pk, 1, 1, 1]).removesuffix("1/1/1.mvt")
    tiles = request.build_absolute_uri(template) + "{z}/{x}/{y}.mvt"
    return JsonResponse(preview_style_document(release.profile, tiles))


def _release(request: HttpRequest, pk: str) -> Release:
    if not may_see(request.user):
        raise PermissionDenied
    return get_object_or_404(Release, pk=pk)
