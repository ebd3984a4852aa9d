"""A still picture of the map, drawn on the server as SVG: what stands where a map opens on tap."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from portal.core.rate_limit import rate_limited
from portal.viewer.picture import Frame, Mark, Picture, draw
from portal.viewer.picture_query import (
    BadFrame,
    chosen_releases,
    parse_frame,
    parse_mark,
    refusal_response,
)
from portal.viewer.profiles import profile_of
from portal.viewer.views import LOOKUP_GROUP, LOOKUP_RATE
from tiles.releases.models import Release, ReleaseFeature
from tiles.serving.legend import legend

MOST_FEATURES = 6000
"""Of one layer in one picture; beyond it the picture would weigh more than the map."""

A_DAY = 24 * 3600


def draw_picture(frame: Frame, releases: list[Release], marked: Mark | None = None) -> str:
    """The SVG text of ``frame`` with ``releases``, the first at the bottom, and the marked place."""
    pictures: list[Picture] = []
    for release in releases:
        profile = profile_of(release)
        colors = {str(entry.value): entry.color for entry in legend(release.profile)}
        features = ReleaseFeature.objects.filter(release=release).in_box(*frame.bounds())
        rows: list[tuple[Any, dict[str, Any]]] = list(
            features.order_by("number").values_list("geometry", "properties")[:MOST_FEATURES]
        )
        pictures.append(draw(frame, profile, colors, rows))
    context = {"frame": frame, "pictures": pictures, "mark": marked}
    return render_to_string("pages/viewer/preview.svg", context)


@require_safe
@rate_limited(LOOKUP_GROUP, LOOKUP_RATE)
@cache_control(public=True, max_age=3600)
@gzip_page
def preview(request: HttpRequest) -> HttpResponse:
    """``/map/preview.svg?c=lon,lat,zoom&l=codes&m=box``; drawn once a day for each set of releases."""
    try:
        frame = parse_frame(request.GET)
        marked = parse_mark(request.GET, frame)
    except BadFrame as problem:
        return refusal_response(problem, 400)
    releases = chosen_releases(request.GET)
    name = f"{frame}{marked}{[release.pk for release in releases]}"
    key = f"preview:{hashlib.sha256(name.encode()).hexdigest()}"
    svg = cache.get(key)
    if svg is None:
        svg = draw_picture(frame, releases, marked)
        cache.set(key, svg, A_DAY)
    return HttpResponse(svg, content_type="image/svg+xml")
