"""Layers drawn on a bitmap, in the colours of the legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from PIL import Image, ImageDraw

from portal.viewer.picture import Frame, color_of, opacity_of, width_of
from tiles.desensitise.profile import Profile
from tiles.serving.cartography import is_track

FINER = 2
"""Everything is drawn this many times larger and reduced: that smooths the edges."""

PAPER = (244, 243, 238)
SEE_THROUGH = 0.5
"""Areas less opaque than this are drawn with an edge of their own colour."""

_EDGE = (255, 255, 255, 255)
_EDGED = 3.0 * FINER
"""Mean width in fine pixels from which a polygon has a light edge."""
_DOT = 3.5
_CLASS_WIDTHS = ((9.0, 13.0, 17.0), (0.1, 0.42, 2.1))
"""Zooms, and at each the share of its width that a layer's widest line has."""
_FIRST_CLASS = 0.4
"""The share that it has at least."""
_LEAST_WIDTH = 0.8
"""Width in final pixels from which lines of a lesser class are drawn."""

Row = tuple[Any, Mapping[str, Any]]
Box = tuple[int, int, int, int]


@dataclass
class Bitmap:
    """A map under way: ``frame`` in final pixels, ``image`` ``FINER`` times as large."""

    frame: Frame
    image: Image.Image = field(init=False)
    fine: Frame = field(init=False)

    def __post_init__(self) -> None:
        self.fine = self.frame.finer(FINER)
        self.image = Image.new("RGB", (self.fine.width, self.fine.height), PAPER)

    def draw(self, profile: Profile, colors: Mapping[str, str], rows: Iterable[Row]) -> None:
        """One more layer on top; ``rows`` are GEOS geometries in degrees with properties."""
        shapes, paints = self._shapes(profile, colors, list(rows))
        if not len(shapes):
            return
        dimension = shapely.get_dimensions(shapes)
        opacity = opacity_of(profile)
        self._fill(shapes[dimension == 2], _of(paints, dimension == 2), opacity)
        over = ImageDraw.Draw(self.image)
        # Areas that let the map below show through are told by their edge, as on printed maps.
        width = max(1, round(width_of(profile) * FINER))
        for number in np.flatnonzero(dimension == 2) if opacity < SEE_THROUGH else ():
            for ring in _rings(shapes[number]):
                over.line(_flat(ring), fill=paints[number], width=width, joint="curve")
        self._lines(shapes[dimension == 1], _of(paints, dimension == 1), profile, colors)
        for number in np.flatnonzero(dimension == 0):
            _dot(over, shapes[number], paints[number])

    def _lines(
        self, lines: Any, paints: Sequence[str], profile: Profile, colors: Mapping[str, str]
    ) -> None:
        """Lines of a layer; of several classes the first is the widest and lies on top.

        Those of lesser classes grow with the zoom and are left out while they are too narrow to be
        told, as on the map itself: the streets of a whole city would cover it.
        """
        over = ImageDraw.Draw(self.image)
        classes = list(dict.fromkeys(colors.values()))
        widths = {paint: width_of(profile) for paint in paints}
        ranked = profile.style.theme == "classes" and not is_track(profile.layer.code)
        if ranked:
            scale = float(np.interp(self.frame.zoom, *_CLASS_WIDTHS))
            shares = [max(scale, _FIRST_CLASS), *(scale * 0.75**n for n in range(1, len(classes)))]
            widths = {
                paint: share * width_of(profile)
                for paint, share in zip(classes, shares, strict=True)
            }
        order = sorted(range(len(paints)), key=lambda number: widths.get(paints[number], 0.0))
        for number in order:
            width = widths.get(paints[number], _LEAST_WIDTH)
            if not ranked or width >= _LEAST_WIDTH:
                fine = max(1, round(width * FINER))
                over.line(_flat(lines[number]), fill=paints[number], width=fine, joint="curve")

    def _fill(self, polygons: Any, paints: Sequence[str], opacity: float) -> None:
        if not len(polygons) or opacity == 0:
            return
        layer = Image.new("RGBA", self.image.size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(layer)
        # Light edges around parcels of a few pixels, and along a net of streets, would be all that is
        # left of a city.
        width = 2.0 * shapely.area(polygons) / np.maximum(shapely.length(polygons), 1.0)
        edged = (width >= _EDGED) & (opacity >= SEE_THROUGH)
        for polygon, paint, edge in zip(polygons, paints, edged.tolist(), strict=True):
            _polygon(layer, pen, _rings(polygon), paint, edged=edge)
        layer.putalpha(layer.getchannel("A").point(lambda value: round(value * opacity)))
        self.image.paste(layer, (0, 0), layer)

    def mark(self, box: Box) -> None:
        """Outline ``box`` (left, top, right, bottom in final pixels)."""
        pen = ImageDraw.Draw(self.image)
        fine = tuple(edge * FINER for edge in box)
        pen.rectangle(fine, outline=(255, 255, 255), width=6 * FINER)
        inner = (fine[0] + 3, fine[1] + 3, fine[2] - 3, fine[3] - 3)
        pen.rectangle(inner, outline=(11, 63, 87), width=3 * FINER)

    def finished(self) -> Image.Image:
        """The map in its final size."""
        return self.image.reduce(FINER)

    def _shapes(
        self, profile: Profile, colors: Mapping[str, str], rows: Sequence[Row]
    ) -> tuple[Any, list[str]]:
        """Single polygons, lines and points in fine pixels, each with its colour."""
        whole = shapely.from_wkb([bytes(geometry.wkb) for geometry, _ in rows])
        parts, origin = shapely.get_parts(whole, return_index=True)
        paints = [color_of(profile, colors, rows[number][1]) for number in origin]
        return shapely.transform(parts, self.fine.pixels), paints


def _flat(shape: Any) -> list[float]:
    flat: list[float] = shapely.get_coordinates(shape).ravel().tolist()
    return flat


def _of(paints: Sequence[str], chosen: Any) -> list[str]:
    return [paint for paint, taken in zip(paints, chosen, strict=True) if taken]


def _rings(polygon: Any) -> list[Any]:
    """The outer ring, then the holes."""
    holes = range(shapely.get_num_interior_rings(polygon))
    return [
        shapely.get_exterior_ring(polygon),
        *(shapely.get_interior_ring(polygon, number) for number in holes),
    ]


def _polygon(
    layer: Image.Image, pen: ImageDraw.ImageDraw, rings: Sequence[Any], color: str, *, edged: bool
) -> None:
    """A filled polygon, with a thin light edge if ``edged``; its holes stay clear."""
    if len(rings) == 1:
        pen.polygon(_flat(rings[0]), fill=color)
    else:
        _with_holes(layer, rings, color)
    for ring in rings if edged else ():
        pen.line(_flat(ring), fill=_EDGE, width=1)


def _with_holes(layer: Image.Image, rings: Sequence[Any], color: str) -> None:
    left, top, right, bottom = shapely.bounds(rings[0])
    left, top = max(0, int(left)), max(0, int(top))
    right, bottom = min(layer.width, int(right) + 1), min(layer.height, int(bottom) + 1)
    if right <= left or bottom <= top:
        return
    mask = Image.new("L", (right - left, bottom - top), 0)
    pen = ImageDraw.Draw(mask)
    for number, ring in enumerate(rings):
        moved = shapely.get_coordinates(ring) - (left, top)
        pen.polygon(moved.ravel().tolist(), fill=0 if number else 255)
    layer.paste(Image.new("RGBA", mask.size, color), (left, top), mask)


def _dot(pen: ImageDraw.ImageDraw, shape: Any, color: str) -> None:
    x, y = _flat(shape)
    radius = _DOT * FINER
    box = (x - radius, y - radius, x + radius, y + radius)
    pen.ellipse(box, fill=color, outline=_EDGE, width=FINER)
