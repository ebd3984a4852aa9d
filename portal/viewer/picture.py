"""Geometry of the still picture: from degrees to the path data of an SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.map_link import TILE_PIXELS, Bounds
from tiles.desensitise.profile import Profile

WIDTH = 720
HEIGHT = 405
OPACITY = 0.85
SMALLEST_MARK = 14
PLAIN_COLOR = "#8a939b"


@dataclass(frozen=True)
class Frame:
    """The piece of the world that the picture shows (Web Mercator, 512-pixel tiles)."""

    lon: float
    lat: float
    zoom: float
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def _world(self) -> float:
        return TILE_PIXELS * 2**self.zoom

    def _mercator(self, lon: float, lat: float) -> tuple[float, float]:
        sine = math.sin(math.radians(max(-85.0, min(lat, 85.0))))
        y = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
        return (lon / 360 + 0.5) * self._world, y * self._world

    def pixel(self, lon: float, lat: float) -> tuple[int, int]:
        """Pixel of a point in degrees, x to the right and y down, (0, 0) at the top left."""
        x, y = self._mercator(lon, lat)
        middle_x, middle_y = self._mercator(self.lon, self.lat)
        return round(x - middle_x + self.width / 2), round(y - middle_y + self.height / 2)

    def bounds(self) -> Bounds:
        """The frame in degrees."""
        half_width = self.width / 2 / self._world * 360
        middle = self._mercator(self.lon, self.lat)[1]
        north, south = (
            math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / self._world))))
            for y in (middle - self.height / 2, middle + self.height / 2)
        )
        return (self.lon - half_width, south, self.lon + half_width, north)


@dataclass
class Picture:
    """One layer's paths: colour -> path data; ``dots`` are (x, y, colour)."""

    geometry: str
    opacity: float
    width: float
    paths: dict[str, str] = field(default_factory=dict)
    dots: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Mark:
    """The outline of the place that the picture is about, in pixels."""

    x: int
    y: int
    width: int
    height: int


def mark(frame: Frame, box: Bounds) -> Mark:
    """The pixels of a box in degrees, at least large enough to be seen."""
    left, bottom = frame.pixel(box[0], box[1])
    right, top = frame.pixel(box[2], box[3])
    width, height = max(right - left, SMALLEST_MARK), max(bottom - top, SMALLEST_MARK)
    x, y = (left + right - width) // 2, (top + bottom - height) // 2
    return Mark(x, y, width, height)


def draw(
    frame: Frame,
    profile: Profile,
    colors: Mapping[str, str],
    rows: Iterable[tuple[Any, Mapping[str, Any]]],
) -> Picture:
    """One layer in its legend's colours; ``rows`` are geometries in degrees with properties."""
    style = profile.style
    picture = Picture(
        profile.layer.geometry,
        OPACITY if style.opacity is None else style.opacity,
        1.0 if style.width is None else style.width,
    )
    data: dict[str, list[str]] = {}
    for geometry, properties in rows:
        value = str(properties.get(style.class_field or "", ""))
        color = colors.get(value) or style.color or next(iter(colors.values()), PLAIN_COLOR)
        for part in _parts(geometry):
            if isinstance(part[0], float):
                picture.dots.append((*frame.pixel(part[0], part[1]), color))
            else:
                closing = "Z" if profile.layer.geometry == "polygon" else ""
                data.setdefault(color, []).append(_path(frame, part) + closing)
    picture.paths = {color: "".join(pieces) for color, pieces in data.items()}
    return picture


def _parts(geometry: Any) -> list[Any]:
    """The rings, lines or points of any ``GEOSGeometry``, each as coordinates."""
    if geometry.geom_type == "Polygon":
        return list(geometry.coords)
    if geometry.geom_type in ("Point", "LineString", "LinearRing"):
        return [geometry.coords]
    return [part for member in geometry for part in _parts(member)]


def _path(frame: Frame, coordinates: Iterable[tuple[float, ...]]) -> str:
    """Path data with whole pixels, each but the first relative to the one before it."""
    pieces: list[str] = []
    last: tuple[int, int] | None = None
    for lon, lat, *_height in coordinates:
        here = frame.pixel(lon, lat)
        if last is None:
            pieces.append(f"M{here[0]} {here[1]}l")
        elif here != last:
            pieces.append(f"{here[0] - last[0]} {here[1] - last[1]} ")
        last = here
    return "".join(pieces).rstrip("l ")
