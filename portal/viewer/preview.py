"""A still picture of the map, drawn on the server as SVG: what stands where a map opens on tap."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from portal.core.rate_limit import rate_limited
from portal.viewer.picture import Frame, Mark, Picture, draw, mark
from portal.viewer.profiles import profile_of
from portal.viewer.views import LOOKUP_GROUP, LOOKUP_RATE
from tiles.releases.models import Layer, Release, ReleaseFeature
from tiles.serving.legend import legend

MOST_FEATURES = 6000
"""Of one layer in one picture; beyond it the picture would weigh more than the map."""

A_DAY = 24 * 3600


class BadFrame(ValueError):
    """The query does not say which piece of the map to draw."""


def parse_frame(query: QueryDict) -> Frame:
    """Read ``?c=lon,lat,zoom``, rounded so that near-by requests share one picture."""
    try:
        lon, lat, zoom = (float(part) for part in query.get("c", "").split(","))
    except ValueError as problem:
        raise BadFrame("c=lon,lat,zoom is needed") from problem
    if not (-180 <= lon <= 180 and -85 <= lat <= 85 and 9 <= zoom <= 17):
        raise BadFrame("c is outside the map")
    return Frame(round(lon, 4), round(lat, 4), round(zoom, 1))


def parse_mark(query: QueryDict, frame: Frame) -> Mark | None:
    """Read ``?m=west,south,east,north``: the place that the picture is about; None without it."""
    if "m" not in query:
        return None
    try:
        west, south, east, north = (float(part) for part in query.get("m", "").split(","))
    except ValueError as problem:
        raise BadFrame("m=west,south,east,north is needed") from problem
    if not (-180 <= west <= east <= 180 and -85 <= south <= north <= 85):
        raise BadFrame("m is no box in degrees")
    return mark(frame, (west, south, east, north))


def chosen_releases(query: QueryDict) -> list[Release]:
    """The releases of ``?l=code,code``, or those that are visible when the map opens."""
    codes = set(filter(None, query.get("l", "").split(",")))
    releases = [layer.current for layer in Layer.objects.published() if layer.current]
    return [
        release
        for release in releases
        if (release.layer_id in codes if codes else release.profile["layer"].get("visible", True))
    ]


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
        return HttpResponseBadRequest(str(problem), content_type="text/plain")
    releases = chosen_releases(request.GET)
    name = f"{frame}{marked}{[release.pk for release in releases]}"
    key = f"preview:{hashlib.sha256(name.encode()).hexdigest()}"
    svg = cache.get(key)
    if svg is None:
        svg = draw_picture(frame, releases, marked)
        cache.set(key, svg, A_DAY)
    return HttpResponse(svg, content_type="image/svg+xml")
