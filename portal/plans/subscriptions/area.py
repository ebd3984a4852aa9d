"""The piece of land that a subscription is about: a box, or a place and what lies around it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib.gis.geos import Polygon
from django.utils.translation import gettext as _

from portal.core.map_link import Bounds, map_link
from portal.plans.models.version_queries import FOOTPRINT_SRID
from portal.plans.notice_filter import parse_bounds

METRES_PER_DEGREE = 111_320.0
"""Of latitude; of longitude it shrinks with the cosine of the latitude."""

RADII = (500, 1000, 2000, 5000, 10_000)
"""Metres around a place that can be chosen."""

CORNERS = 48
LARGEST_SIDE = 5.0
"""Degrees: a box larger than a province is better asked for by region."""

_POINT = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*[,，\s]\s*(-?\d+(?:\.\d+)?)\s*$", re.ASCII)


@dataclass(frozen=True)
class Area:
    """A box in degrees (CGCS2000); with ``radius`` in metres the circle that touches its sides."""

    bounds: Bounds
    radius: int | None = None

    @classmethod
    def around(cls, lon: float, lat: float, radius: int) -> Area:
        """What lies within ``radius`` metres of a point in degrees."""
        high = radius / METRES_PER_DEGREE
        wide = high / max(math.cos(math.radians(lat)), 0.01)
        return cls((lon - wide, lat - high, lon + wide, lat + high), radius)

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of the middle in degrees."""
        west, south, east, north = self.bounds
        return (west + east) / 2, (south + north) / 2

    def meets(self, footprint: Any) -> bool:
        """Whether the footprint of a notice (``GEOSGeometry`` in degrees) touches the area."""
        shape: Polygon = self._circle() if self.radius else Polygon.from_bbox(self.bounds)
        shape.srid = FOOTPRINT_SRID
        return bool(shape.intersects(footprint))

    def _circle(self) -> Polygon:
        west, south, east, north = self.bounds
        lon, lat = self.centre
        angles = [2 * math.pi * step / CORNERS for step in range(CORNERS)]
        # The corners lie outside, so that the sides touch the circle and nothing in it is missed.
        out = 1 / math.cos(math.pi / CORNERS)
        wide, high = (east - west) / 2 * out, (north - south) / 2 * out
        ring = [(lon + wide * math.cos(turn), lat + high * math.sin(turn)) for turn in angles]
        return Polygon([*ring, ring[0]])

    def __str__(self) -> str:
        """In words of the reader's language."""
        lon, lat = self.centre
        place = f"{lon:.4f}, {lat:.4f}"
        if self.radius:
            return _("%(place)s 周围 %(km)s 公里") % {
                "place": place,
                "km": f"{self.radius / 1000:g}",
            }
        west, south, east, north = self.bounds
        return _("经度 %(west)s 至 %(east)s，纬度 %(south)s 至 %(north)s") % {
            "west": f"{west:.4f}",
            "east": f"{east:.4f}",
            "south": f"{south:.4f}",
            "north": f"{north:.4f}",
        }

    @property
    def as_text(self) -> str:
        """What ``read_area`` reads again: a point, or the four edges."""
        if self.radius:
            lon, lat = self.centre
            return f"{lon:.5f},{lat:.5f}"
        return ",".join(f"{edge:.5f}" for edge in self.bounds)

    @property
    def url(self) -> str:
        """The map, opened there."""
        return map_link(self.bounds)


def read_area(text: str, radius: int) -> Area | None:
    """Read what a person pasted: ``lon,lat``, ``west,south,east,north``, or an address of the map.

    Of a map's address the marked point counts, else its middle. None where it is none of these.
    """
    text = text.strip()[:2000]
    try:
        query = parse_qs(urlsplit(text).query)
    except ValueError:
        return None
    if "bbox" in query:
        text = query["bbox"][0]
    elif "p" in query:
        text = query["p"][0]
    elif "c" in query:
        text = ",".join(query["c"][0].split(",")[:2])
    point = _POINT.match(text)
    if point:
        lon, lat = float(point[1]), float(point[2])
        inside = -180 <= lon <= 180 and -85 <= lat <= 85
        return Area.around(lon, lat, radius) if inside else None
    bounds = parse_bounds(text)
    if bounds is None or max(bounds[2] - bounds[0], bounds[3] - bounds[1]) > LARGEST_SIDE:
        return None
    return Area(bounds)
