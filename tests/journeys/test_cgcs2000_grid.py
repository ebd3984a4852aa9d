"""A foreign map client draws the tiles of the national grid in the grid's own CRS."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
import shapely
from PIL import Image
from playwright.sync_api import Browser

from tests.clients.openlayers.server import serving
from tests.factories.installation import Installation
from tests.journeys.browser import DESKTOP, watched

pytestmark = pytest.mark.browser

RESOLUTION = 2.5e-5
"""Degrees a pixel: 2.8 m from north to south."""

PAPER = np.array([255, 255, 255])


@pytest.fixture
def demo() -> Iterator[str]:
    with serving() as origin:
        yield origin


def color_of(code: str) -> np.ndarray:
    """The colour that the page gives a class."""
    return np.array([40 + int(code[:2]) * 11, 40 + int(code[2:4]) * 24, 120])


def parcels(city: Installation, bounds: list[float]) -> dict[str, tuple[str, Any]]:
    """Parcels around the middle of the city: number -> (class, polygon in degrees of CGCS2000).

    They come from the feature store, which knows nothing of tiles or grids.
    """
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    found = {}
    for dx in np.linspace(-0.014, 0.014, 8):
        for dy in np.linspace(-0.008, 0.008, 6):
            answer = city.get(f"/api/v1/here?lon={lon + dx:.6f}&lat={lat + dy:.6f}").json()
            for feature in answer["features"]:
                if feature["properties"]["layer"] == "landuse":
                    shape = shapely.geometry.shape(feature["geometry"])
                    code = feature["properties"]["attributes"]["YDYHFLDM"]
                    found[feature["properties"]["number"]] = (code, shape)
    return found


@pytest.fixture
def drawn(
    chromium: Browser, city: Installation, demo: str, tmp_path: Path
) -> tuple[np.ndarray, tuple[float, float], list[str]]:
    """The screenshot, the degrees of its middle, and the paths that the client asked for."""
    document = city.get("/tiles/landuse/CGCS2000Quad/tilejson.json").json()
    west, south, east, north = document["bounds"]
    middle = ((west + east) / 2, (south + north) / 2)
    query = urlencode(
        {
            "portal": city.url,
            "layer": "landuse",
            "field": "YDYHFLDM",
            "lon": middle[0],
            "lat": middle[1],
            "resolution": RESOLUTION,
        }
    )
    with watched(chromium, demo, viewport=DESKTOP) as seen:
        seen.open(f"/?{query}")
        seen.wait_for_map(seconds=30)
        shot = seen.page.screenshot(path=tmp_path / "national-grid.png")
        assert seen.page.evaluate("document.documentElement.dataset.failed") == "0"
        assert seen.complaints == []
        assert all(address.startswith(city.url) for address in seen.outside)
        asked = [address.removeprefix(city.url) for address in seen.outside]
    image = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), dtype=int)
    return image, middle, asked


def test_a_foreign_client_draws_each_parcel_at_its_place(
    drawn: tuple[np.ndarray, tuple[float, float], list[str]], city: Installation
) -> None:
    image, (lon, lat), asked = drawn
    tiles = [path for path in asked if path.endswith(".mvt")]
    assert tiles
    assert all("/CGCS2000Quad/" in path for path in tiles)
    height, width = image.shape[:2]

    def pixel(x: float, y: float) -> tuple[float, float]:
        """By hand: the projection is the plain one, degrees are pixels times the resolution."""
        return (x - lon) / RESOLUTION + width / 2, (lat - y) / RESOLUTION + height / 2

    checked, edges = 0, []
    bounds = city.get("/tiles/landuse/CGCS2000Quad/tilejson.json").json()["bounds"]
    for code, shape in parcels(city, bounds).values():
        inner = shape.buffer(-4 * RESOLUTION)
        if inner.is_empty:
            continue
        point = inner.representative_point()
        column, row = pixel(point.x, point.y)
        if not (2 <= column < width - 2 and 2 <= row < height - 2):
            continue
        found = image[int(row), int(column)]
        assert (abs(found - color_of(code)) <= 2).all(), (code, found, point)
        checked += 1
        edges += edge_errors(image, shape, code, pixel, point)
    assert checked >= 15
    assert len(edges) >= 15
    assert np.median(edges) <= 1.0, "pixels between the drawn edge and the computed one"
    assert np.quantile(edges, 0.9) <= 2.0


def edge_errors(image: np.ndarray, shape: Any, code: str, pixel: Any, point: Any) -> list[float]:
    """Pixels between the parcel's border and where its colour ends, along a row to the east."""
    column, row = (int(value) for value in pixel(point.x, point.y))
    line = image[row, column:]
    other = np.flatnonzero((abs(line - color_of(code)) > 12).any(axis=1))
    if not len(other):
        return []
    x0, y0 = pixel(0.0, 0.0)
    end = shapely.Point((column + other[0] + 0.5 - x0) * RESOLUTION, (y0 - row - 0.5) * RESOLUTION)
    error = shapely.distance(shape.boundary, end) / RESOLUTION
    # A neighbour of the same class shows no edge, and its own may lie anywhere.
    return [float(error)] if error < 12 else []


def test_the_page_notices_when_the_grid_is_another(
    chromium: Browser, city: Installation, demo: str
) -> None:
    """The check can fail: on the paper around the city nothing is drawn."""
    query = urlencode(
        {
            "portal": city.url,
            "layer": "landuse",
            "field": "YDYHFLDM",
            "lon": 100,
            "lat": 20,
            "resolution": RESOLUTION,
        }
    )
    with watched(chromium, demo, viewport=DESKTOP) as seen:
        seen.open(f"/?{query}")
        seen.page.wait_for_timeout(1500)
        image = np.asarray(Image.open(io.BytesIO(seen.page.screenshot())).convert("RGB"), dtype=int)
    assert (image == PAPER).all()
