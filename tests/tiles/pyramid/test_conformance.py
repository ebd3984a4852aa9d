"""Tiles read alike by three decoders of other makers, and without a fault by MVT 2.1."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely

from tests.clients.mvt_rules import OUR_OWN, broken_rules
from tests.clients.node import decode_with_vector_tile_js, mvt_fixtures
from tests.tiles.pyramid.decoding import SIZE, decode, tiles_of
from tests.tiles.pyramid.varied_layers import layer, layer_spec
from tiles.pyramid.build import build_archive
from tiles.pyramid.layer_spec import GeometryKind

Tiles = dict[tuple[int, int, int], bytes]
KINDS: tuple[GeometryKind, ...] = ("polygon", "line", "point")
CONTRADICTED = {
    "016": "called valid, yet byte for byte the tile 003, which is called invalid",
    "057": "called valid, yet its MoveTo announces 2^29 points and brings one",
}


def test_every_invalid_fixture_is_caught() -> None:
    invalid = [item for item in mvt_fixtures() if not item["valid"]]
    assert len(invalid) >= 26
    missed = [item["id"] for item in invalid if not set(broken_rules(item["tile"])) - OUR_OWN]
    assert not missed


def test_no_valid_fixture_raises_a_false_alarm() -> None:
    valid = [item for item in mvt_fixtures() if item["valid"] and item["id"] not in CONTRADICTED]
    assert len(valid) >= 40
    wronged = {item["id"]: set(broken_rules(item["tile"])) - OUR_OWN for item in valid}
    assert not {key: rules for key, rules in wronged.items() if rules}


@pytest.fixture(
    scope="module", params=[(k, t) for k in KINDS for t in ("WebMercatorQuad", "CGCS2000Quad")]
)
def tiles(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Tiles:
    kind, tms_id = request.param
    out = tmp_path_factory.mktemp("varied") / "varied.pmtiles"
    build_archive(layer(kind), layer_spec(kind), out, tms_id=tms_id, threads=1)
    found = tiles_of(out)
    assert len(found) > 25
    return found


def test_no_tile_breaks_a_rule(tiles: Tiles) -> None:
    assert not {key: rules for key, tile in tiles.items() if (rules := broken_rules(tile))}


def test_vector_tile_js_reads_what_mapbox_vector_tile_reads(tiles: Tiles) -> None:
    by_js = decode_with_vector_tile_js(tiles.values())
    for tile, theirs in zip(tiles.values(), by_js, strict=True):
        ours = decode(tile)
        assert ours.keys() == theirs.keys()
        for name, content in ours.items():
            features = content["features"]
            assert [item["id"] for item in features] == [item["id"] for item in theirs[name]]
            for mine, other in zip(features, theirs[name], strict=True):
                assert mine["properties"] == other["properties"]
                assert paths_of(mine["geometry"]) == other["paths"]
                if mine["geometry"]["type"] in {"Polygon", "MultiPolygon"}:
                    assert ring_counts(mine["geometry"]) == other["polygons"]


def paths_of(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """The coordinate lists of a GeoJSON geometry in the order of the tile; points one by one."""
    kind, nested = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return [[list(nested)]]
    if kind == "MultiPoint":
        return [[list(point)] for point in nested]
    if kind == "LineString":
        nested = [nested]
    elif kind == "MultiPolygon":
        nested = [ring for polygon in nested for ring in polygon]
    return [[list(point) for point in path] for path in nested]


def ring_counts(geometry: dict[str, Any]) -> list[int]:
    nested = geometry["coordinates"]
    return [len(nested)] if geometry["type"] == "Polygon" else [len(polygon) for polygon in nested]


def test_gdal_reads_what_mapbox_vector_tile_reads(tiles: Tiles, tmp_path: Path) -> None:
    for key, tile in tiles.items():
        for name, content in decode(tile).items():
            theirs = read_with_gdal(tile, name, key, tmp_path)
            assert len(theirs) == len(content["features"])
            for mine, (identifier, geometry, properties) in zip(
                content["features"], theirs, strict=True
            ):
                assert mine["id"] == identifier
                assert mine["properties"] == properties
                assert parts_of(shapely.geometry.shape(mine["geometry"])) == parts_of(geometry), key


def parts_of(geometry: shapely.Geometry) -> list[str]:
    """The parts as text: GDAL calls every geometry multiple when one of the layer is."""
    return sorted(part.wkt for part in shapely.normalize(shapely.get_parts(geometry)))


def read_with_gdal(
    tile: bytes, name: str, zxy: tuple[int, int, int], folder: Path
) -> list[tuple[int, shapely.Geometry, dict[str, Any]]]:
    """(id, geometry in tile units, properties) of a layer, in the order of the tile."""
    z, x, y = zxy
    path = folder / "tile.mvt"
    path.write_bytes(tile)
    options = {"X": str(x), "Y": str(y), "Z": str(z), "CLIP": "NO"}
    meta, _, wkb, columns = pyogrio.raw.read(f"MVT:{path}", layer=name, **options)
    geometry = shapely.transform(shapely.from_wkb(wkb), to_units(z, x, y))
    fields = dict(zip(meta["fields"].tolist(), columns, strict=True))
    numbers = fields.pop("mvt_id")
    rows = []
    for row, shape in enumerate(geometry):
        values = {key: plain(column[row]) for key, column in fields.items()}
        properties = {key: value for key, value in values.items() if value is not None}
        number = numbers[row]
        rows.append((0 if math.isnan(number) else int(number), shape, properties))
    return rows


def plain(value: Any) -> Any:
    """As Python's own value; ``None`` where the feature has none."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and math.isnan(value) else value


def to_units(z: int, x: int, y: int) -> Any:
    """GDAL places every tile in EPSG:3857; back to whole units of the tile."""
    span = 2 * SIZE / 2**z

    def units(metres: np.ndarray) -> np.ndarray:
        moved = np.column_stack([metres[:, 0] + SIZE, SIZE - metres[:, 1]]) / span - (x, y)
        whole = np.rint(moved * 4096)
        assert np.abs(whole - moved * 4096).max(initial=0) < 1e-3
        return whole + 0.0

    return units
