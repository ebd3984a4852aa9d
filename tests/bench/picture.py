"""A tile as a picture: polygons coloured by class, to compare what two encoders draw."""

from __future__ import annotations

from collections.abc import Mapping

import mapbox_vector_tile
import numpy as np
import numpy.typing as npt
import shapely
from PIL import Image, ImageDraw

PIXELS, EXTENT = 512, 4096
Picture = npt.NDArray[np.uint8]


def draw(tile: bytes, layer: str, field: str, colours: Mapping[str, int]) -> Picture:
    """Shape (512, 512): the colour (1 to 255) of the class on top, 0 where nothing is drawn."""
    image = Image.new("L", (PIXELS, PIXELS))
    decoded = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    for feature in decoded.get(layer, {"features": []})["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        for part in shapely.get_parts(shape):
            _fill(image, part, colours[feature["properties"][field]])
    return np.asarray(image)


def _fill(image: Image.Image, polygon: shapely.Polygon, colour: int) -> None:
    rings = [_pixels(ring) for ring in (polygon.exterior, *polygon.interiors)]
    if len(rings) == 1:
        ImageDraw.Draw(image).polygon(rings[0], fill=colour)
        return
    mask = Image.new("1", image.size)
    pen = ImageDraw.Draw(mask)
    for number, ring in enumerate(rings):
        pen.polygon(ring, fill=number == 0)
    image.paste(colour, mask=mask)


def _pixels(ring: shapely.LinearRing) -> list[tuple[float, float]]:
    at = shapely.get_coordinates(ring) * (PIXELS / EXTENT) - 0.5
    return [(float(x), float(y)) for x, y in at]


def unlike(one: Picture, other: Picture) -> float:
    """Share of pixels that differ and lie on no outline of either picture.

    An outline is one pixel wide on each side: what anti-aliasing blurs.
    """
    differs = (one != other) & ~_outlines(one) & ~_outlines(other)
    return float(differs.mean())


def _outlines(picture: Picture) -> npt.NDArray[np.bool_]:
    """Pixels with another class among their eight neighbours."""
    framed = np.pad(picture, 1, mode="edge")
    size = len(picture)
    around = [
        framed[dy : dy + size, dx : dx + size]
        for dy in range(3)
        for dx in range(3)
        if (dy, dx) != (1, 1)
    ]
    found: npt.NDArray[np.bool_] = np.any([other != picture for other in around], axis=0)
    return found
