"""Maps and legends as PNG; drawn once a day for each set of releases."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.core.rate_limit import rate_limited
from portal.plans.models import NoticeVersion
from portal.viewer.legend import LegendGroup, legend_groups
from portal.viewer.picture import fitting
from portal.viewer.picture_query import (
    BadFrame,
    chosen_releases,
    parse_box,
    parse_frame,
    parse_size,
    refusal_response,
)
from portal.viewer.profiles import choose, profile_of
from portal.viewer.raster.font import FontMissing
from portal.viewer.raster.legend_sheet import legend_png
from portal.viewer.raster.map_sheet import MapSheet, texts_of
from portal.viewer.raster.notice_sheet import extent_of, notice_sheet
from portal.viewer.raster.sheet import HEIGHT, LARGEST, SMALLEST, WIDTH, Layout
from portal.viewer.views import LOOKUP_GROUP, LOOKUP_RATE
from tiles.releases.models import Release

logger = logging.getLogger(__name__)

A_DAY = 24 * 3600
DRAWING = 1
"""Counts up when the drawing changes, so that no old picture comes out of a cache."""

LOWEST_ZOOM = 3.0


View = Callable[..., HttpResponseBase]


def refusing(view: View) -> View:
    """A query that makes no sense is 400, a machine that cannot letter the picture 503."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except BadFrame as problem:
            return refusal_response(problem, 400)
        except FontMissing as problem:
            logger.exception("no picture can be drawn")
            return refusal_response(problem, 503)

    return answered


@require_safe
@rate_limited(LOOKUP_GROUP, LOOKUP_RATE)
@refusing
def map_png(request: HttpRequest) -> HttpResponseBase:
    """``/map/preview.png?c=lon,lat,zoom&l=codes&m=box&w=&h=``; without ``c`` the whole extent."""
    # All is read before anything is looked up: nonsense costs nothing.
    size = parse_size(request.GET, (WIDTH, HEIGHT), SMALLEST, LARGEST)
    box = parse_box(request.GET)
    asked = parse_frame(request.GET, LOWEST_ZOOM) if "c" in request.GET else None
    releases = _published(chosen_releases(request.GET))
    layout = Layout(*size, texts_of(releases))
    width, height = layout.map_size
    frame = (
        replace(asked, width=width, height=height)
        if asked is not None
        else fitting(extent_of(releases), layout.map_size)
    )
    sheet = MapSheet(layout, frame, releases, box)
    return _answer(request, f"map {sheet.identity}", sheet.png)


@require_safe
@rate_limited(LOOKUP_GROUP, LOOKUP_RATE)
@refusing
def notice_png(request: HttpRequest, notice: int) -> HttpResponseBase:
    """``/map/notice/<id>.png``: the place of a version of a notice, with the layers that it points to."""
    size = parse_size(request.GET, (WIDTH, HEIGHT), SMALLEST, LARGEST)
    version = NoticeVersion.objects.public().filter(pk=notice).first()
    if version is None or version.is_withdrawn or version.bounds is None:
        raise Http404("no notice with a place")
    sheet = notice_sheet(version, size)
    if sheet is None:
        raise Http404("none of these layers is published")
    return _answer(request, f"notice {sheet.identity}", sheet.png)


@require_safe
@rate_limited(LOOKUP_GROUP, LOOKUP_RATE)
@refusing
def legend_sheet(request: HttpRequest) -> HttpResponseBase:
    """``/map/legend.png?l=codes``: the signs that occur, of the layers or of the visible ones."""
    releases = _published(chosen_releases(request.GET))
    texts = texts_of(releases)
    identity = f"legend {texts} {[release.pk for release in releases]}"
    return _answer(request, identity, lambda: legend_png(_groups(releases), texts))


def _published(releases: list[Release]) -> list[Release]:
    if not releases:
        raise Http404("none of these layers is published")
    return releases


def _groups(releases: list[Release]) -> list[LegendGroup]:
    """The groups of all layers, top of the map first; a layer without groups under its title."""
    groups = []
    for release in reversed(releases):
        profile = profile_of(release)
        title = choose(profile.layer.title, profile.layer.title_en)
        found = legend_groups(release, profile)
        alone = len(releases) == 1
        groups += [
            group if group.title or alone else replace(group, title=title) for group in found
        ]
    return groups


def _answer(request: HttpRequest, identity: str, draw: Callable[[], bytes]) -> HttpResponseBase:
    """The picture of that identity, from the cache, or not at all where the reader has it."""
    name = f"{DRAWING} {get_language()} {identity}"
    key = f"png:{hashlib.sha256(name.encode()).hexdigest()}"
    etag = f'"{key[4:36]}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag)
    if response is None:
        png = cache.get(key)
        if png is None:
            png = draw()
            cache.set(key, png, A_DAY)
        response = HttpResponse(png, content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=3600"
    # Other sites show the picture beside a shared link.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
