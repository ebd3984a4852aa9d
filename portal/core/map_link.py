"""Addresses of the map page: the one place that knows how its state is written in the URL.

``c=lon,lat,zoom`` centre; ``l=code,code`` visible layers; ``p=lon,lat`` selected point;
``n=0`` hides the places of notices.
``static/js/map/state.js`` reads and writes the same form.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.urls import reverse

Bounds = tuple[float, float, float, float]
# Width in pixels of the map on which a footprint should fit with room to spare.
FRAME_PIXELS = 360
LARGEST_ZOOM = 17.0
TILE_PIXELS = 512


def centre_of(bounds: Bounds) -> tuple[float, float]:
    """Longitude and latitude in degrees of the middle of ``(west, south, east, north)``."""
    west, south, east, north = bounds
    return (west + east) / 2, (south + north) / 2


def zoom_for(bounds: Bounds) -> float:
    """The zoom (512-pixel tiles) at which ``bounds`` in degrees fits on a small map."""
    west, south, east, north = bounds
    stretch = math.cos(math.radians((south + north) / 2))
    span = max(east - west, (north - south) / max(stretch, 0.01))
    if span <= 0:
        return 15.0
    zoom = math.log2(360 * FRAME_PIXELS / (TILE_PIXELS * span))
    return round(max(3.0, min(zoom, LARGEST_ZOOM)), 1)


def map_link(bounds: Bounds, layers: Sequence[str] = ()) -> str:
    """The map page's address, opened at ``bounds`` (degrees) with ``layers`` visible.

    The commas stay as they are: the address is meant to be read and shared by people.
    """
    lon, lat = centre_of(bounds)
    query = f"c={lon:.5f},{lat:.5f},{zoom_for(bounds):g}"
    if layers:
        query += f"&l={','.join(layers)}"
    return f"{reverse('viewer:map')}?{query}"
