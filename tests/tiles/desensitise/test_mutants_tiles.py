"""Mutation test of the leak audit on archives: each rule of encoding broken on purpose.

Some mutants are archives built by the real encoder from what must not be built from; others are
real archives opened, edited and written back. The audit must refuse each by the name of the rule.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.tiles.desensitise.plots import CRS, ORIGIN, column, plots_profile, raw_plots
from tests.tiles.desensitise.rewriting import (
    Tiles,
    add_tag,
    draw,
    features,
    layers,
    merged,
    named,
    rewrite,
    rings,
    shift,
    tags,
)
from tiles.desensitise.audit import audit_archive, audit_averaging, audit_outputs
from tiles.desensitise.coverage import snap_coverage
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable
from tiles.pyramid.build import build_archive
from tiles.pyramid.layer_spec import LayerSpec

LAYER = {
    "code": "plots",
    "title": "地块",
    "title_en": "Plots",
    "geometry": "polygon",
    "coverage": True,
    "review_number": "示审图〔2026〕001号",
    "source": "示例市",
    "licence": "可自由使用",
}
PROFILE = plots_profile(layer=LAYER, zooms={"min": 10, "max": 14})
SPEC = LayerSpec.from_profile(PROFILE.public())
RAW = raw_plots()
GOOD = desensitise(RAW, PROFILE, None).table
GRIDS = ("WebMercatorQuad", "CGCS2000Quad")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archives")


@pytest.fixture(scope="module")
def archives(folder: Path) -> dict[str, Path]:
    """What an honest encoder writes, one archive a grid."""
    return {tms_id: _built(GOOD, folder / f"{tms_id}.pmtiles", tms_id=tms_id) for tms_id in GRIDS}


def _built(table: FeatureTable, out: Path, spec: LayerSpec = SPEC, tms_id: str = GRIDS[0]) -> Path:
    build_archive(table, spec, out, tms_id=tms_id, threads=1)
    return out


@dataclass(frozen=True)
class Encoded:
    """A mutant of what the encoder is given."""

    rule: str
    table: Callable[[], FeatureTable]
    spec: LayerSpec = SPEC


def _on_half_the_grid() -> FeatureTable:
    return GOOD.with_geometry(snap_coverage(RAW.geometry, 5.0).geometry)


def _another_release() -> FeatureTable:
    return GOOD.with_geometry(desensitise(raw_plots(seed=2), PROFILE, None).table.geometry)


def _one_vertex_raw() -> FeatureTable:
    corner = shapely.get_coordinates(GOOD.geometry[70])[0]
    return GOOD.with_geometry(
        shapely.transform(
            GOOD.geometry,
            lambda xy: np.where((xy == corner).all(axis=1)[:, None], xy + np.array([3.1, 2.2]), xy),
        )
    )


def _one_more() -> FeatureTable:
    box = shapely.box(*(ORIGIN - 300.0), *(ORIGIN - 200.0))
    return FeatureTable(
        np.append(GOOD.geometry, column(box)),
        {name: np.append(values, values[:1]) for name, values in GOOD.attributes.items()},
        GOOD.crs,
    )


def _values_of(row: int, other: int) -> FeatureTable:
    rows = np.arange(len(GOOD))
    rows[[row, other]] = rows[[other, row]]
    return replace(GOOD, attributes={name: v[rows] for name, v in GOOD.attributes.items()})


def _with_raw_remarks() -> FeatureTable:
    return replace(GOOD, attributes={**GOOD.attributes, "remark": RAW.attributes["BZ"]})


def _with_owner() -> FeatureTable:
    return replace(GOOD, attributes={**GOOD.attributes, "owner": RAW.attributes["QLR"]})


def _holding_secret() -> LayerSpec:
    return replace(SPEC, metadata={**SPEC.metadata, "restricted_margin": "50"})


def _under_another_number() -> LayerSpec:
    return replace(SPEC, metadata={**SPEC.metadata, "review_number": "示审图〔2020〕999号"})


ENCODED: dict[str, Encoded] = {
    "tiles of raw geometry": Encoded("tile_vertex", lambda: GOOD.with_geometry(RAW.geometry)),
    "tiles of half the grid": Encoded("tile_vertex", _on_half_the_grid),
    "tiles of another release": Encoded("tile_vertex", _another_release),
    "one raw vertex in tiles": Encoded("tile_vertex", _one_vertex_raw),
    "bounds of the raw data": Encoded("archive_bounds", lambda: GOOD.with_geometry(RAW.geometry)),
    "a feature that the store does not have": Encoded("tile_id", _one_more),
    "attributes of another row": Encoded("tile_properties", lambda: _values_of(3, 90)),
    "raw values in tiles": Encoded("tile_value", _with_raw_remarks),
    "an attribute more in tiles": Encoded(
        "tile_attribute", _with_owner, replace(SPEC, fields=(*SPEC.fields, ("owner", "text")))
    ),
    "zoom 16 where 14 is allowed": Encoded(
        "archive_zoom", lambda: GOOD, replace(SPEC, max_zoom=16)
    ),
    "a layer that nobody knows": Encoded("tile_layer", lambda: GOOD, replace(SPEC, code="draft")),
    "metadata with a secret": Encoded("archive_metadata", lambda: GOOD, _holding_secret()),
    "metadata with another review number": Encoded(
        "archive_metadata", lambda: GOOD, _under_another_number()
    ),
}


@pytest.mark.parametrize("name", ENCODED)
def test_the_audit_kills_what_is_encoded_wrongly(name: str, folder: Path) -> None:
    mutant = ENCODED[name]
    out = _built(mutant.table(), folder / f"encoded-{list(ENCODED).index(name)}", mutant.spec)
    report = audit_archive(out, GOOD, PROFILE, GRIDS[0])
    assert mutant.rule in _refusals(report), (name, report.as_dict())


def _refusals(report: Any) -> set[str]:
    return {finding.rule for finding in report.findings if finding.severity == "refuse"}


def _swap_ids(tiles: Tiles) -> None:
    for layer in layers(tiles):
        for item in layer.features:
            item.id = {5: 6, 6: 5}.get(item.id, item.id)


def _swap_ids_and_values(tiles: Tiles) -> None:
    """Geometry of one row under id and attributes of another."""
    for layer in layers(tiles, zoom=14):
        found = {item.id: item for item in layer.features}
        if {50, 95} <= found.keys():
            one, two = list(found[50].geometry), list(found[95].geometry)
            del found[50].geometry[:], found[95].geometry[:]
            found[50].geometry.extend(two)
            found[95].geometry.extend(one)


def _jitter(tiles: Tiles) -> None:
    """At each zoom the whole layer a unit elsewhere, so that the mean tells more than one."""
    for (zoom, _, _), tile in tiles.items():
        for layer in tile.layers:
            for item in layer.features:
                shift(item, 1 if zoom % 2 else -1, 0)


def _move_one(tiles: Tiles, by: int = 9) -> None:
    _, item = named(tiles, 14)[4]
    points = rings(item)
    points[0][1] = (points[0][1][0] + by, points[0][1][1] + by)
    draw(item, points)


def _slide_along_the_cut(tiles: Tiles) -> None:
    """A place hidden in a vertex where the tile is cut, which every other rule exempts."""
    for _, item in named(tiles, 14):
        points = rings(item)
        for place, (x, y) in enumerate(points[0]):
            if y in (-64, 4160) and 100 < x < 4000:
                points[0][place] = (x + 9, y)
                draw(item, points)
                return


def _exchanged_below_the_highest(tiles: Tiles) -> None:
    for layer in layers(tiles, zoom=13):
        shapes = [list(item.geometry) for item in layer.features]
        for item, shape in zip(layer.features, shapes[1:] + shapes[:1], strict=True):
            del item.geometry[:]
            item.geometry.extend(shape)


def _drop_a_vertex(tiles: Tiles) -> None:
    """A vertex that the row has is simplified away at the highest zoom."""
    for layer, item in named(tiles, 14):
        del layer
        points = rings(item)
        if len(points) == 1 and len(points[0]) > 3 and min(map(min, points[0])) > 0:
            del points[0][1]
            draw(item, points)
            return


def _labels_elsewhere(tiles: Tiles) -> None:
    for _, item in features(tiles, "_label", 14):
        shift(item, 900, 0)


def _repeat(tiles: Tiles) -> None:
    layer, item = named(tiles, 13)[0]
    layer.features.add().CopyFrom(item)


def _hide_at_the_highest(tiles: Tiles) -> None:
    for layer in layers(tiles, zoom=14):
        kept = [item for item in layer.features if item.id != 20]
        del layer.features[:]
        layer.features.extend(kept)


def _more_than_the_class(tiles: Tiles) -> None:
    layer, item = merged(tiles)[0]
    add_tag(layer, item, "year", "x")
    layer.values[-1].ClearField("string_value")
    layer.values[-1].int_value = 2005


def _new_value(tiles: Tiles) -> None:
    layer, item = named(tiles)[0]
    layer.values.add().string_value = "权利人7"
    item.tags[tags(layer, item)["remark"]] = len(layer.values) - 1


def _new_key(tiles: Tiles) -> None:
    layer, item = named(tiles)[0]
    add_tag(layer, item, "owner", "权利人7")


def _value_of_the_neighbour(tiles: Tiles) -> None:
    layer = layers(tiles, zoom=14)[0]
    one, two = layer.features[0], layer.features[1]
    one.tags[tags(layer, one)["remark"]] = two.tags[tags(layer, two)["remark"]]


def _value_left_out(tiles: Tiles) -> None:
    _, item = named(tiles)[0]
    del item.tags[-2:]


def _value_of_nobody(tiles: Tiles) -> None:
    layers(tiles)[0].values.add().string_value = "权利人7"


def _points_among_polygons(tiles: Tiles) -> None:
    layer = layers(tiles)[0]
    item = layer.features.add(id=1, type=1)
    item.geometry.extend([9, 20, 20])


def _other_extent(tiles: Tiles) -> None:
    layers(tiles)[0].extent = 8192


def _beyond_the_buffer(tiles: Tiles) -> None:
    _, item = named(tiles, 14)[0]
    shift(item, -5_000, 0)


def _unknown_field(tiles: Tiles) -> None:
    tile = next(iter(tiles.values()))
    layer = tile.layers[0]
    layer.MergeFromString(b"\x32\x05hello")


def _finer_extent(tiles: Tiles) -> None:
    """Four times the units a tile side: a zoom deeper by two under the old number."""
    for layer in layers(tiles):
        layer.extent *= 4


TILES: dict[str, tuple[str, Callable[[Tiles], object]]] = {
    "ids exchanged": ("tile_properties", _swap_ids),
    "geometry of another row": ("tile_vertex", _swap_ids_and_values),
    "one vertex moved by five metres": ("tile_vertex", _move_one),
    "a vertex moved along the cut": ("tile_cut", _slide_along_the_cut),
    "geometry of other rows below the highest zoom": ("tile_foreign", _exchanged_below_the_highest),
    "a vertex left out": ("same_geometry", _drop_a_vertex),
    "label points outside": ("tile_label", _labels_elsewhere),
    "a feature twice in a tile": ("multiplied", _repeat),
    "hidden at the highest zoom only": ("reappears", _hide_at_the_highest),
    "a merged feature that tells a year": ("tile_merged", _more_than_the_class),
    "a value that the table does not hold": ("tile_value", _new_value),
    "a key outside the allow-list": ("tile_attribute", _new_key),
    "a value of the neighbour": ("tile_properties", _value_of_the_neighbour),
    "a value left out": ("tile_properties", _value_left_out),
    "a value that belongs to no feature": ("tile_unused", _value_of_nobody),
    "points among polygons": ("tile_kind", _points_among_polygons),
    "another extent": ("tile_layer", _other_extent),
    "extent of finer units": ("tile_layer", _finer_extent),
    "ground beyond the buffer": ("tile_buffer", _beyond_the_buffer),
    "a field that the format does not know": ("archive_unreadable", _unknown_field),
}


@pytest.mark.parametrize("name", TILES)
def test_the_audit_kills_what_is_edited_in_tiles(
    name: str, folder: Path, archives: dict[str, Path]
) -> None:
    rule, edit = TILES[name]
    # Of the second grid, in which tile borders run through the plots.
    out = rewrite(archives[GRIDS[1]], folder / f"tiles-{list(TILES).index(name)}", tiles=edit)
    report = audit_archive(out, GOOD, PROFILE, GRIDS[1])
    assert rule in _refusals(report), (name, report.as_dict())


@pytest.mark.parametrize("tms_id", GRIDS)
def test_jitter_from_zoom_to_zoom_is_found_by_averaging(
    tms_id: str, folder: Path, archives: dict[str, Path]
) -> None:
    jittered = rewrite(archives[tms_id], folder / f"jitter-{tms_id}", tiles=_jitter)
    report = audit_averaging({**archives, tms_id: jittered}, GOOD, PROFILE)
    assert "averaging" in _refusals(report)
    assert report.checked["averaging"] > 1_000


def _private_note(metadata: dict[str, Any]) -> None:
    metadata["note"] = "restricted zone at 113.5, 23.1"


def _owner_in_fields(metadata: dict[str, Any]) -> None:
    metadata["vector_layers"][0]["fields"]["owner"] = "String"


def _deeper(metadata: dict[str, Any]) -> None:
    metadata["vector_layers"][0]["maxzoom"] = 17


def _foreign_class(metadata: dict[str, Any]) -> None:
    metadata["classes"] = {**metadata["classes"], "1503": 1}


def _other_grid(metadata: dict[str, Any]) -> None:
    metadata["tile_matrix_set"] = "CGCS2000Quad"


METADATA: dict[str, Callable[[dict[str, Any]], object]] = {
    "a private note": _private_note,
    "an attribute more": _owner_in_fields,
    "a deeper zoom": _deeper,
    "a class that was withheld": _foreign_class,
    "another tile matrix set": _other_grid,
}


@pytest.mark.parametrize("name", METADATA)
def test_the_audit_kills_what_is_edited_in_metadata(
    name: str, folder: Path, archives: dict[str, Path]
) -> None:
    out = rewrite(archives[GRIDS[0]], folder / f"meta-{name}", metadata=METADATA[name])
    assert "archive_metadata" in _refusals(audit_archive(out, GOOD, PROFILE, GRIDS[0]))


def _appended(path: Path, out: Path) -> None:
    out.write_bytes(path.read_bytes() + b"113.512345,23.112345")


def _cut_short(path: Path, out: Path) -> None:
    out.write_bytes(path.read_bytes()[:-300])


def _damaged(path: Path, out: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-200:-190] = bytes(10)
    out.write_bytes(data)


def _no_archive(_: Path, out: Path) -> None:
    out.write_bytes(b"<html>not found</html>" * 20)


def _with_comment(path: Path, out: Path) -> None:
    """A comment in the gzip header of every tile: no decoder shows it."""

    def pack(data: bytes) -> bytes:
        plain = bytearray(gzip.compress(data, mtime=0))
        plain[3] = 0x10
        return bytes(plain[:10]) + b"113.5,23.1\0" + bytes(plain[10:])

    rewrite(path, out, pack=pack)


def _centre_elsewhere(path: Path, out: Path) -> None:
    rewrite(path, out, header=lambda head: head.update(center_lon_e7=1_135_123_456))


BYTES: dict[str, tuple[str, Callable[[Path, Path], None]]] = {
    "bytes behind the last tile": ("archive_bytes", _appended),
    "an archive cut short": ("archive_unreadable", _cut_short),
    "a damaged tile": ("archive_unreadable", _damaged),
    "no archive at all": ("archive_unreadable", _no_archive),
    "comments in the compression": ("archive_unreadable", _with_comment),
    "a centre that is not the layer's": ("archive_bounds", _centre_elsewhere),
}


@pytest.mark.parametrize("name", BYTES)
def test_the_audit_kills_what_is_edited_in_bytes(
    name: str, folder: Path, archives: dict[str, Path]
) -> None:
    rule, edit = BYTES[name]
    out = folder / f"bytes-{list(BYTES).index(name)}"
    edit(archives[GRIDS[0]], out)
    assert rule in _refusals(audit_archive(out, GOOD, PROFILE, GRIDS[0])), name


def test_an_archive_of_one_grid_is_none_of_the_other(archives: dict[str, Path]) -> None:
    report = audit_archive(archives[GRIDS[1]], GOOD, PROFILE, GRIDS[0])
    assert {"tile_vertex", "archive_metadata"} <= _refusals(report)
    assert not audit_archive(archives[GRIDS[0]], GOOD, PROFILE, "Nowhere").passed


def test_honest_archives_pass_and_every_rule_looked_at_something(archives: dict[str, Path]) -> None:
    report = audit_outputs(archives, GOOD, PROFILE)
    assert report.findings == ()
    # The plots happen to lie inside tiles of one grid and across a border of the other.
    assert report.checked["CGCS2000Quad/tile_cut"] > 0
    idle = [rule for rule, count in report.checked.items() if not count]
    assert idle in ([], ["WebMercatorQuad/tile_cut"])
    assert report.checked["averaging_mean"] == len(
        np.unique(shapely.get_coordinates(GOOD.geometry), axis=0)
    )


def test_rewriting_alone_changes_nothing(folder: Path, archives: dict[str, Path]) -> None:
    for tms_id, path in archives.items():
        copy = rewrite(path, folder / f"copy-{tms_id}")
        assert audit_archive(copy, GOOD, PROFILE, tms_id).findings == ()


def test_a_missing_file_is_a_finding_and_no_exception(folder: Path) -> None:
    report = audit_archive(folder / "nothing.pmtiles", GOOD, PROFILE, GRIDS[0])
    assert _refusals(report) == {"archive_unreadable"}
    assert report.checked["archive_tiles"] == 0


def test_there_are_mutants_enough() -> None:
    assert len(ENCODED) + len(TILES) + len(METADATA) + len(BYTES) >= 40
    assert GOOD.crs == CRS
