"""Geometry of the still picture: from degrees to the path data of an SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from portal.core.map_link import LARGEST_ZOOM, TILE_PIXELS, Bounds
from tiles.desensitise.profile import Profile

WIDTH = 720
HEIGHT = 405
OPACITY = 0.85
SMALLEST_MARK = 14
PLAIN_COLOR = "#8a939b"
MARGIN = 1.06
"""How much larger than its content a whole map is."""

SURROUNDINGS = 1.6
"""Zoom levels by which the map around a place shows more than the place."""


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

    def pixels(self, degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """``pixel`` for an array of shape (n, 2), without rounding."""
        sine = np.sin(np.radians(np.clip(degrees[:, 1], -85.0, 85.0)))
        y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
        middle_x, middle_y = self._mercator(self.lon, self.lat)
        left, top = middle_x - self.width / 2, middle_y - self.height / 2
        x = (degrees[:, 0] / 360 + 0.5) * self._world
        return np.column_stack([x - left, y * self._world - top])

    def finer(self, times: int) -> Frame:
        """The same piece of the world in ``times`` as many pixels each way."""
        zoom = self.zoom + math.log2(times)
        return Frame(self.lon, self.lat, zoom, self.width * times, self.height * times)

    @property
    def metres_per_pixel(self) -> float:
        """Ground length of a pixel in the middle of the frame."""
        equator = 2 * math.pi * 6_378_137.0
        return equator * math.cos(math.radians(self.lat)) / self._world

    def bounds(self) -> Bounds:
        """The frame in degrees."""
        half_width = self.width / 2 / self._world * 360
        middle = self._mercator(self.lon, self.lat)[1]
        north, south = (
            math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / self._world))))
            for y in (middle - self.height / 2, middle + self.height / 2)
        )
        return (self.lon - half_width, south, self.lon + half_width, north)


def fitting(bounds: Bounds, size: tuple[int, int]) -> Frame:
    """The frame of ``size`` pixels into which a box in degrees fits with a margin."""
    west, south, east, north = bounds
    whole = Frame((west + east) / 2, (south + north) / 2, 0.0, *size)
    left, top = whole._mercator(west, north)
    right, bottom = whole._mercator(east, south)
    room = (max(right - left, 1e-9) / size[0], max(bottom - top, 1e-9) / size[1])
    zoom = min(max(-math.log2(max(room) * MARGIN), 0.0), LARGEST_ZOOM)
    # The middle of the picture, not of the degrees: rows of Web Mercator grow to the north.
    y = (top + bottom) / 2 / TILE_PIXELS
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
    return Frame(whole.lon, lat, math.floor(zoom * 100) / 100, *size)


def around(place: Bounds, extent: Bounds, size: tuple[int, int]) -> Frame:
    """The frame that shows a place and what lies around it, but not much beyond ``extent``."""
    west, south = min(place[0], extent[0]), min(place[1], extent[1])
    east, north = max(place[2], extent[2]), max(place[3], extent[3])
    whole = fitting((west, south, east, north), size)
    close = fitting(place, size)
    zoom = min(max(close.zoom - SURROUNDINGS, whole.zoom), close.zoom)
    return Frame(close.lon, close.lat, zoom, *size)


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
    picture = Picture(profile.layer.geometry, opacity_of(profile), width_of(profile))
    data: dict[str, list[str]] = {}
    for geometry, properties in rows:
        color = color_of(profile, colors, properties)
        for part in _parts(geometry):
            if isinstance(part[0], float):
                picture.dots.append((*frame.pixel(part[0], part[1]), color))
            else:
                closing = "Z" if profile.layer.geometry == "polygon" else ""
                data.setdefault(color, []).append(_path(frame, part) + closing)
    picture.paths = {color: "".join(pieces) for color, pieces in data.items()}
    return picture


def color_of(profile: Profile, colors: Mapping[str, str], properties: Mapping[str, Any]) -> str:
    """The colour of a feature: of its class, of its layer, or that of the first class."""
    value = str(properties.get(profile.style.class_field or "", ""))
    return colors.get(value) or profile.style.color or next(iter(colors.values()), PLAIN_COLOR)


def opacity_of(profile: Profile) -> float:
    """How opaque a layer is drawn, 0 to 1."""
    return OPACITY if profile.style.opacity is None else profile.style.opacity


def width_of(profile: Profile) -> float:
    """Width of a layer's lines in pixels."""
    return 1.0 if profile.style.width is None else profile.style.width


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
