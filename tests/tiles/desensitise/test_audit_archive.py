"""The audit's own reading of tiles against other readers, and on layers of every kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from mapbox_vector_tile.Mapbox import vector_tile_pb2

from tests.tiles.desensitise.plots import CRS, ORIGIN, column
from tests.tiles.desensitise.rewriting import rings
from tiles.desensitise.audit import audit_archive, audit_averaging, audit_outputs, audit_public
from tiles.desensitise.audit_mvt import DecodedTiles, decode_tiles
from tiles.desensitise.audit_mvt_values import Vocabulary
from tiles.desensitise.audit_tile_matrix import TILE_MATRIX_SETS
from tiles.desensitise.audit_varints import Unreadable
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.profile import Profile, parse_profile
from tiles.pyramid.build import build_archive
from tiles.pyramid.layer_spec import LayerSpec
from tiles.pyramid.tile_grid import tile_grid

_UNIT = st.integers(-64, 4160)
_POINT = st.tuples(_UNIT, _UNIT)
_RING = st.lists(_POINT, min_size=3, max_size=6, unique=True)
_SHAPES = st.one_of(
    st.lists(_POINT, min_size=1, max_size=4).map(shapely.MultiPoint),
    st.lists(st.lists(_POINT, min_size=2, max_size=5, unique=True), min_size=1, max_size=12).map(
        shapely.MultiLineString
    ),
    st.lists(_RING, min_size=1, max_size=12).map(
        lambda rings: shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings])
    ),
)
_VALUES = st.one_of(
    st.text(max_size=8), st.integers(-(2**40), 2**60), st.floats(allow_nan=False), st.booleans()
)
_FEATURES = st.lists(
    st.fixed_dictionaries(
        {
            "geometry": _SHAPES,
            "properties": st.dictionaries(st.sampled_from(["a", "容积率", "c"]), _VALUES),
            "id": st.integers(1, 2**31),
        }
    ),
    min_size=1,
    max_size=6,
)


def _encoded(features: list[dict[str, Any]], name: str = "plots") -> bytes:
    data: bytes = mapbox_vector_tile.encode(
        [{"name": name, "features": features}],
        default_options={"extents": 4096, "y_coord_down": True, "check_winding_order": False},
    )
    return data


def _plain(value: Any) -> Any:
    return ("bool", value) if isinstance(value, bool) else value


def _properties(content: DecodedTiles, vocabulary: Vocabulary, row: int) -> dict[str, Any]:
    own = content.tag_feature == row
    pairs = zip(content.tag_key[own].tolist(), content.tag_value[own].tolist(), strict=True)
    return {vocabulary.names[key]: vocabulary.values[value] for key, value in pairs}


@settings(max_examples=40, deadline=None, phases=[Phase.generate])
@given(st.lists(_FEATURES, min_size=1, max_size=3))
def test_many_tiles_at_once_read_as_the_reference_reads_each(
    tiles: list[list[dict[str, Any]]],
) -> None:
    data = [_encoded(features) for features in tiles]
    vocabulary = Vocabulary()
    content = decode_tiles(data, vocabulary)
    row = 0
    for number, tile in enumerate(data):
        written = vector_tile_pb2.tile()
        written.ParseFromString(tile)
        read = mapbox_vector_tile.decode(tile)["plots"]["features"]
        for feature, decoded in zip(written.layers[0].features, read, strict=True):
            assert content.layer_tile[content.layer[row]] == number
            assert (content.ids[row], content.kinds[row]) == (feature.id, feature.type)
            values = {name: _plain(value) for name, value in decoded["properties"].items()}
            assert _properties(content, vocabulary, row) == values
            places = [place for ring in rings(feature) for place in ring]
            own = content.xy[content.vertex_feature == row].tolist()
            assert [tuple(place) for place in own] == places
            row += 1
    assert row == len(content.ids)


@settings(max_examples=150, deadline=None)
@given(_FEATURES, st.data())
def test_damaged_bytes_are_unreadable_or_read_and_nothing_else(
    features: list[dict[str, Any]], data: st.DataObject
) -> None:
    tile = bytearray(_encoded(features))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(tile) - 1))
        tile[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(tile)))
    for damaged in (bytes(tile), bytes(tile[:cut])):
        try:
            content = decode_tiles([damaged], Vocabulary())
        except Unreadable:
            continue
        assert len(content.vertex_feature) == len(content.xy)


def test_an_empty_batch_holds_nothing() -> None:
    content = decode_tiles([], Vocabulary())
    assert len(content.ids) == len(content.xy) == len(content.tag_key) == 0


@pytest.mark.parametrize("tms_id", TILE_MATRIX_SETS)
@pytest.mark.parametrize("zoom", [1, 9, 14])
def test_the_grids_are_those_of_the_encoder(tms_id: str, zoom: int) -> None:
    own, matrix = TILE_MATRIX_SETS[tms_id], tile_grid(tms_id).matrix(zoom)
    assert own.crs == tile_grid(tms_id).crs
    corners = np.array([[0.0, 0.0], [4096.0, 4096.0]])
    expected = [[matrix.left, matrix.top], [matrix.left + matrix.span, matrix.top - matrix.span]]
    assert own.coordinates(corners, zoom) == pytest.approx(np.array(expected), abs=1e-4)
    assert own.units(own.coordinates(corners, zoom), zoom) == pytest.approx(corners, abs=1e-6)


def _profile(kind: str) -> Profile:
    return parse_profile(
        {
            "version": 1,
            "layer": {"code": "things", "title": "事物", "title_en": "Things", "geometry": kind},
            "style": {"class_field": "kind", "label_field": "kind"},
            "zooms": {"min": 9, "max": 14},
            "ground": {"crs": CRS, "grid": 10.0, "min_area": 100.0},
            "attribute": [
                {"name": "kind", "title": "类", "type": "text", "rule": "as_is",
                 "values": ["甲", "乙"]},
                {"name": "count", "title": "数", "type": "integer", "rule": "as_is"},
                {"name": "share", "title": "率", "type": "number", "rule": "round", "step": 0.1},
            ],
        }
    )  # fmt: skip


def _table(geometry: Any) -> FeatureTable:
    rows = range(len(geometry))
    return FeatureTable(
        column(*geometry),
        {
            "kind": column(*("甲" if row % 3 else "乙" for row in rows)),
            "count": column(*rows),
            "share": column(*(None if row % 4 == 0 else round(row * 0.1, 1) for row in rows)),
        },
        CRS,
    )


def _things(kind: str, count: int = 60) -> FeatureTable:
    random = np.random.default_rng(5)
    paths = ORIGIN + np.cumsum(random.integers(-30, 31, (count, 8, 2)) * 10.0, axis=1)
    if kind == "line":
        halves = shapely.linestrings(paths[:, :4]), shapely.linestrings(paths[:, 4:])
        return _table([shapely.MultiLineString(list(pair)) for pair in zip(*halves, strict=True)])
    if kind == "point":
        return _table(list(shapely.multipoints(paths[:, :3])))
    low = ORIGIN + random.integers(-90, 90, (count, 2)) * 10.0
    return _table(list(shapely.box(*low.T, *(low + random.integers(5, 30, (count, 2)) * 10.0).T)))


@pytest.mark.parametrize("kind", ["point", "line", "polygon"])
def test_layers_of_every_kind_pass_on_both_grids(kind: str, tmp_path: Path) -> None:
    table, profile = _things(kind), _profile(kind)
    assert audit_public(table, profile).passed
    archives = {tms_id: tmp_path / tms_id for tms_id in TILE_MATRIX_SETS}
    spec = LayerSpec.from_profile(profile.public())
    for tms_id, path in archives.items():
        build_archive(table, spec, path, tms_id=tms_id, threads=1)
    steps: list[tuple[int, int]] = []
    report = audit_outputs(
        archives, table, profile, progress=lambda _, done, total: steps.append((done, total))
    )
    assert report.passed, report.as_dict()
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1] > 0
    assert audit_averaging(archives, table, profile).passed
    moved = table.with_geometry(shapely.transform(table.geometry, lambda xy: xy + 3.0))
    for tms_id, path in archives.items():
        build_archive(moved, spec, path, tms_id=tms_id, threads=1)
        refused = audit_archive(path, table, profile, tms_id)
        assert "tile_vertex" in {finding.rule for finding in refused.findings}


def test_equal_tiles_stored_once_are_read_at_each_of_their_places(tmp_path: Path) -> None:
    whole = shapely.box(*ORIGIN, *(ORIGIN + 40_000.0))
    table, profile = _table([whole]), _profile("polygon")
    built = build_archive(
        table, LayerSpec.from_profile(profile.public()), tmp_path / "one", threads=1
    )
    assert built.contents < built.tiles
    report = audit_archive(tmp_path / "one", table, profile, "WebMercatorQuad")
    assert report.passed, report.as_dict()
    assert report.checked["archive_tiles"] == built.tiles
