"""Places of the city in degrees, for notices and for the first view of the map."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely

from portal.samplecity.city import CRS, ORIGIN, City
from portal.samplecity.curves import Geometries, Shape

PLACES_FILE = "places.json"
DEGREES = "EPSG:4490"  # CGCS2000, longitude and latitude


@dataclass(frozen=True)
class Footprint:
    """A place: ``bbox`` (west, south, east, north) and ``point`` (lon, lat), degrees in CGCS2000."""

    bbox: tuple[float, float, float, float]
    point: tuple[float, float]


def in_degrees(geometry: Shape) -> Shape:
    """A geometry of the city's own frame in longitude and latitude."""
    change = pyproj.Transformer.from_crs(CRS, DEGREES, always_xy=True)

    def move(
        xy: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        lon, lat = change.transform(*(xy + ORIGIN).T)
        return np.column_stack([lon, lat])

    return shapely.transform(geometry, move)


def city_bbox(city: City) -> tuple[float, float, float, float]:
    """West, south, east, north of the municipality in degrees."""
    west, south, east, north = in_degrees(shapely.segmentize(city.layout.boundary, 1000)).bounds
    return (west, south, east, north)


def _footprint(area: Shape) -> Footprint:
    placed = in_degrees(area)
    west, south, east, north = placed.bounds
    point = shapely.point_on_surface(placed)
    return Footprint((west, south, east, north), (point.x, point.y))


def _block(city: City, zone: str, place: tuple[float, float]) -> Shape:
    """The parcel of a quarter that is nearest to ``place`` (kilometres)."""
    rows = np.flatnonzero((city.kind == "block") & (city.detail == zone))
    if not len(rows):
        rows = np.flatnonzero(city.kind == "block")
    far: Geometries = np.hypot(*(city.centre[rows] - np.array(place) * 1000).T)
    parcel: Shape = city.geometry[rows[int(np.argmin(far))]]
    return parcel


def footprints(city: City) -> dict[str, Footprint]:
    """The places that notices speak of, by a key of our own."""
    areas = {
        "city": city.layout.boundary,
        "old_town": shapely.Point(-900, 2250).buffer(420),
        "cbd": _block(city, "cbd", (1.6, -1.9)),
        "new_town": _block(city, "new_town", (3.0, -3.2)),
        "high_tech": _block(city, "high_tech", (5.4, -4.4)),
        "industry": _block(city, "industry", (7.0, 3.0)),
        "waterside": shapely.Point(1200, -450).buffer(500),
        "lake": city.layout.lake.buffer(105),
        "metro": shapely.Point(2600, -1900).buffer(260),
        "town": shapely.Point(-9300, 6300).buffer(500),
    }
    return {key: _footprint(area) for key, area in areas.items()}


def write_places(folder: Path, places: dict[str, Footprint]) -> None:
    """Keep the places beside the raw layers, for a later filling of the site."""
    text = json.dumps({key: asdict(place) for key, place in places.items()}, indent=1)
    (folder / PLACES_FILE).write_text(text, encoding="utf-8")


def read_places(folder: Path) -> dict[str, Footprint]:
    """The places that ``write_places`` kept in ``folder``."""
    kept = json.loads((folder / PLACES_FILE).read_text(encoding="utf-8"))
    return {
        key: Footprint(tuple(place["bbox"]), tuple(place["point"])) for key, place in kept.items()
    }
