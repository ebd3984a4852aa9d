"""The map of a notice's place: for the page's shared picture, and for posters and packs."""

from __future__ import annotations

import logging

from django.conf import settings

from portal.core.map_link import Bounds
from portal.plans.models import NoticeVersion
from portal.plans.place_picture import PlacePicture
from portal.plans.reading import NoticeReading
from portal.viewer.picture import around
from portal.viewer.picture_query import releases_of
from portal.viewer.raster.font import FontMissing, find_font
from portal.viewer.raster.map_sheet import MapSheet, texts_of
from portal.viewer.raster.sheet import Layout
from tiles.releases.models import Release

logger = logging.getLogger(__name__)


def extent_of(releases: list[Release]) -> Bounds:
    """The box in degrees around all releases; there is at least one."""
    west, south, east, north = zip(*(release.bounds for release in releases), strict=True)
    return min(west), min(south), max(east), max(north)


def notice_sheet(version: NoticeVersion, size: tuple[int, int]) -> MapSheet | None:
    """The place of a version with the layers that it points to; None where there is nothing to draw."""
    codes = {layer.code for layer in NoticeReading(version).layers}
    releases = releases_of(codes)
    if version.bounds is None or not releases:
        return None
    layout = Layout(*size, texts_of(releases, version.display_title, version.place))
    frame = around(version.bounds, extent_of(releases), layout.map_size)
    return MapSheet(layout, frame, releases, version.bounds)


def draw_place(version: NoticeVersion, width: int, height: int) -> PlacePicture | None:
    """The same for paper; None too where this machine has no font to letter it with."""
    try:
        find_font(settings.MAP_FONT)
    except FontMissing:
        logger.exception("a notice is printed without its map")
        return None
    sheet = notice_sheet(version, (width, height))
    return PlacePicture(sheet.identity, width, height, sheet.png) if sheet else None
