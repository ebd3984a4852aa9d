"""Two releases of one layer side by side (版本对比): only those that are still served."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from portal.core.map_link import Bounds
from portal.core.rate_limit import rate_limited
from portal.viewer.legend import common_legend, legend_groups
from portal.viewer.picture import fitting
from portal.viewer.picture_query import BadFrame, parse_frame, refusal_response
from portal.viewer.preview import draw_picture
from portal.viewer.profiles import choose, profile_of
from portal.viewer.release_changes import changes_between
from portal.viewer.texts import script_texts
from portal.viewer.views import LOOKUP_GROUP, LOOKUP_RATE, column
from tiles.releases.enums import ReleaseState
from tiles.releases.models import Layer, Release
from tiles.serving.style import layer_style

PICTURE = (480, 480)
A_DAY = 24 * 3600
LOWEST_ZOOM = 3.0
ENOUGH = 2


@dataclass(frozen=True)
class Side:
    """One release of the comparison, as the page names and draws it."""

    release: str
    title: str
    data_date: str
    feature_count: int
    review_number: str
    style: str
    picture: str


def served_releases(layer: str) -> list[Release]:
    """Releases of a layer whose tiles the public can still ask for, the newest first."""
    found = Release.objects.servable().filter(layer=layer, state=ReleaseState.PUBLISHED)
    return list(found.order_by("-version"))


def compare_link(layer: str, left: str, right: str) -> str:
    """The page that compares two releases."""
    return f"{reverse('viewer:compare')}?layer={layer}&left={left}&right={right}"


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """``/map/compare/?layer=&left=&right=``: without the two the newest and the one before it."""
    layer = get_object_or_404(Layer, pk=request.GET.get("layer", "")[:40].replace("\x00", ""))
    releases = served_releases(layer.code)
    if len(releases) < ENOUGH:
        raise Http404("there is nothing to compare")
    left = _asked(releases, request.GET.get("left", ""), releases[1])
    right = _asked(releases, request.GET.get("right", ""), releases[0])
    changes = changes_between(*sorted([left, right], key=lambda release: release.version))
    bounds = (changes and changes.bounds) or _common([left, right])
    sides = [_side(left, bounds), _side(right, bounds)]
    context = {
        "column": column(),
        "canonical": f"{reverse('viewer:compare')}?layer={layer.code}",
        "layer": layer,
        "title": choose(layer.title, layer.title_en),
        "releases": [(each, _name(each)) for each in releases],
        "left": sides[0],
        "right": sides[1],
        "sides": sides,
        "changes": changes,
        "legend": common_legend(legend_groups(each, profile_of(each)) for each in (left, right)),
        "configuration": _configuration(sides, bounds),
    }
    return render(request, "pages/viewer/compare.html", context)


def _configuration(sides: list[Side], bounds: Bounds) -> dict[str, Any]:
    """What ``static/js/map/compare.js`` needs to know."""
    left, right = sides
    return {
        "left": left.style,
        "right": right.style,
        "worker": static("vendor/maplibre-gl/maplibre-gl-worker.mjs"),
        "bounds": bounds,
        "names": [f"{_('左侧版本')} {left.title}", f"{_('右侧版本')} {right.title}"],
        "texts": script_texts(),
    }


def _asked(releases: list[Release], wanted: str, usual: Release) -> Release:
    """The release that was asked for; 404 for one that is not served (any more)."""
    if not wanted:
        return usual
    found = next((release for release in releases if release.pk == wanted), None)
    if found is None:
        raise Http404("this release is not served")
    return found


def _common(releases: list[Release]) -> Bounds:
    west, south, east, north = zip(*(release.bounds for release in releases), strict=True)
    return (min(west), min(south), max(east), max(north))


def _name(release: Release) -> str:
    """The minute of its publication: two releases can be of one day."""
    if release.published_at is None:
        return str(release.version)
    return timezone.localtime(release.published_at).strftime("%Y-%m-%d %H:%M")


def _side(release: Release, bounds: Bounds) -> Side:
    layer = profile_of(release).layer
    frame = fitting(bounds, PICTURE)
    where = f"c={frame.lon:.4f},{frame.lat:.4f},{frame.zoom:.1f}"
    return Side(
        release=release.pk,
        title=_name(release),
        data_date=layer.data_date,
        feature_count=release.feature_count,
        review_number=layer.review_number,
        style=reverse("viewer:release_style", args=[release.pk]),
        picture=f"{reverse('viewer:release_picture', args=[release.pk])}?{where}",
    )


def _served(pk: str) -> Release:
    found = Release.objects.servable().filter(pk=pk, state=ReleaseState.PUBLISHED).first()
    if found is None:
        raise Http404("this release is not served")
    return found


@require_safe
@cache_control(public=True, max_age=3600)
def release_style(request: HttpRequest, release: str) -> JsonResponse:
    """``/map/compare/<release>/style.json``: one release alone, by its own tiles."""
    found = _served(release)
    tiles = request.build_absolute_uri(f"/tiles/{found.layer_id}/{found.pk}/")
    return JsonResponse(layer_style(found.profile, tiles + "{z}/{x}/{y}.mvt"))


@require_safe
@rate_limited(LOOKUP_GROUP, LOOKUP_RATE)
@cache_control(public=True, max_age=3600)
@gzip_page
def release_picture(request: HttpRequest, release: str) -> HttpResponse:
    """``/map/compare/<release>/picture.svg?c=lon,lat,zoom``: a still picture of one release."""
    try:
        asked = parse_frame(request.GET, LOWEST_ZOOM)
    except BadFrame as problem:
        return refusal_response(problem, 400)
    frame = replace(asked, width=PICTURE[0], height=PICTURE[1])
    found = _served(release)
    name = f"{frame}{found.pk}"
    key = f"release-picture:{hashlib.sha256(name.encode()).hexdigest()}"
    svg: Any = cache.get(key)
    if svg is None:
        svg = draw_picture(frame, [found])
        cache.set(key, svg, A_DAY)
    return HttpResponse(svg, content_type="image/svg+xml")
