"""No raw vertex can be told better than the ground grid allows, whatever is put together.

Figures: ``pytest tests/attack -s``; what they mean: docs/desensitisation.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from shapely import affinity

from tests.attack.rounded_ends import distances_allowed
from tests.attack.vertex_attacker import (
    Sighting,
    averaged,
    fitted,
    narrowed,
    tile_sightings,
    two_releases,
)
from tests.tiles.desensitise.plots import CRS, ORIGIN, plot_polygons
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.geometry import to_ground
from tiles.desensitise.profile import Profile, parse_profile
from tiles.pyramid.build import build_archive
from tiles.pyramid.layer_spec import LayerSpec

GRID = 10.0
_ASIDE = np.array([0.4, -0.3])
DRAWS = 10
GRIDS = ("WebMercatorQuad", "CGCS2000Quad")
# Uniform in a square cell of side 1: median and 1st percentile of the distance to the middle.
UNIFORM_MEDIAN, UNIFORM_FIRST = (0.5 / np.pi) ** 0.5, (0.01 / np.pi) ** 0.5


@dataclass(frozen=True)
class Errors:
    """Distances in metres, (n,), between estimates and raw vertices; the test alone knows these."""

    apart: np.ndarray
    # The median and the 1st percentile that the grid allows.
    allowed: tuple[float, float]

    @property
    def median(self) -> float:
        return float(np.median(self.apart))

    @property
    def first(self) -> float:
        """The 1st percentile."""
        return float(np.quantile(self.apart, 0.01))

    @property
    def surplus(self) -> float:
        """Estimates nearer than the allowed 1st percentile beyond 1%, in standard deviations."""
        expected = 0.01 * len(self.apart)
        return float(((self.apart < self.allowed[1]).sum() - expected) / (0.99 * expected) ** 0.5)

    def told(self, kind: str) -> str:
        return (
            f"  {kind:<28} median {self.median:5.2f} m (allowed {self.allowed[0]:.2f}),"
            f" 1st percentile {self.first:5.2f} m ({self.allowed[1]:.2f}), surplus {self.surplus:+.1f} sd"
        )


def _profile(crs: str) -> Profile:
    layer = {"code": "plots", "title": "t", "title_en": "t", "geometry": "polygon"}
    name = {"name": "code", "source": "code", "title": "c", "type": "text", "rule": "as_is"}
    return parse_profile(
        {
            "version": 1,
            "layer": layer | {"coverage": True},
            "ground": {"crs": crs, "grid": GRID, "min_area": 100.0},
            "attribute": [name],
        }
    )


def _table(polygons: np.ndarray, crs: str) -> FeatureTable:
    codes = np.array([f"07{row % 4:02d}" for row in range(len(polygons))], dtype=object)
    return FeatureTable(polygons, {"code": codes}, crs)


@dataclass(frozen=True)
class Published:
    """All that the public can see of one release."""

    table: FeatureTable
    sightings: list[Sighting]

    @property
    def vertices(self) -> np.ndarray:
        return np.unique(shapely.get_coordinates(self.table.geometry), axis=0)


def _publish(raw: FeatureTable, ground_crs: str, folder: Path) -> Published:
    table = desensitise(raw, _profile(ground_crs), None).table
    spec = LayerSpec("plots", "polygon", 8, 14, "code", None, (("code", "text"),), coverage=True)
    sightings = []
    for tms_id in GRIDS:
        out = folder / f"{tms_id}.pmtiles"
        build_archive(table, spec, out, tms_id=tms_id, threads=1)
        sightings += tile_sightings(out, tms_id, spec.code, ground_crs)
    return Published(table, sightings)


def _next_release(raw: FeatureTable) -> FeatureTable:
    """Some polygons are gone, and one vertex in twenty was surveyed again, half a metre aside."""

    def again(xy: np.ndarray) -> np.ndarray:
        # By place, so that a vertex moves in all polygons that share it.
        chosen = np.floor(xy.sum(axis=1) * 7.0) % 20 == 0
        return xy + np.where(chosen[:, None], _ASIDE, 0.0)

    kept = raw.take(np.flatnonzero(np.arange(len(raw)) % 50 != 25))
    return kept.with_geometry(np.asarray(shapely.transform(kept.geometry, again)))


def _matched(stored: np.ndarray, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each raw vertex that stands alone in its cell the published vertex nearest to it.

    Rows of ``stored``, and the raw vertices. The test pairs them knowing both; the attacker could
    not do better.
    """
    rounded = np.rint(raw / GRID)
    _, first, count = np.unique(rounded, axis=0, return_index=True, return_counts=True)
    alone = raw[np.sort(first[count == 1])]
    tree = shapely.STRtree(shapely.points(stored))
    row, nearest = tree.query_nearest(
        shapely.points(alone), max_distance=2.3 * GRID, all_matches=False
    )
    return nearest, alone[row]


def _attack(name: str, raw: FeatureTable, ground_crs: str, folder: Path) -> dict[str, Errors]:
    (folder / "first").mkdir()
    (folder / "second").mkdir()
    ground = FeatureTable(to_ground(raw.geometry, raw.crs, ground_crs), raw.attributes, ground_crs)
    first = _publish(ground, ground_crs, folder / "first")
    second = _publish(_next_release(ground), ground_crs, folder / "second")
    stored = first.vertices
    corners = np.unique(shapely.get_coordinates(ground.geometry), axis=0)
    rows, truth = _matched(stored, corners)
    sightings = [*first.sightings, *second.sightings, Sighting(second.vertices, GRID / 2)]
    estimates = {
        "published table": stored,
        "mean of all outputs": averaged(stored, sightings, GRID),
        "cells of all outputs cut": narrowed(stored, sightings, GRID),
        "two releases": two_releases(stored, second.vertices, GRID),
        "lines fitted": fitted(first.table.geometry, stored, GRID, spaced=False),
        "lines fitted, equal spaces": fitted(first.table.geometry, stored, GRID, spaced=True),
    }
    print(f"\n{name}: {len(corners)} raw vertices, {len(stored)} published, {len(rows)} matched")
    changed = (estimates["two releases"][rows] != stored[rows]).any(axis=1)
    print(f"  {int(changed.sum())} of them fell to another grid point in the second release")
    cell = (UNIFORM_MEDIAN * GRID, UNIFORM_FIRST * GRID)
    lines = _allowed_by_lines(ground.geometry, truth)
    found = {}
    for kind, guess in estimates.items():
        apart = np.hypot(*(guess[rows] - truth).T)
        found[kind] = Errors(apart, lines if kind.startswith("lines") else cell)
        print(found[kind].told(kind))
    return found


def _allowed_by_lines(polygons: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    raw, distances = distances_allowed(polygons, GRID, DRAWS)
    matched = set(map(tuple, truth.tolist()))
    chosen = distances[:, [tuple(vertex) in matched for vertex in raw.tolist()]]
    return float(np.median(chosen)), float(np.quantile(chosen, 0.01))


def _assert_no_better_than_the_grid(found: dict[str, Errors]) -> None:
    """No more near hits than three standard deviations of chance explain, by any estimate.

    Nor far nearer than an even spread in the cell, and no gain over the table by other outputs.
    """
    for kind, errors in found.items():
        assert errors.median >= 0.9 * UNIFORM_MEDIAN * GRID, kind
        assert errors.first >= 0.67 * UNIFORM_FIRST * GRID, kind
        assert errors.median >= 0.97 * errors.allowed[0], kind
        assert errors.surplus <= 3.0, kind
    table = found["published table"]
    for kind in ("mean of all outputs", "cells of all outputs cut", "two releases"):
        assert found[kind].median >= 0.97 * table.median, kind
        assert found[kind].first >= 0.8 * table.first, kind


def _irregular() -> FeatureTable:
    return _table(plot_polygons(45, size=120.0, seed=4), CRS)


def _street_blocks() -> FeatureTable:
    """Blocks of two rows of plots of unequal width, along straight streets, turned by 17 degrees."""
    dice = np.random.default_rng(5)
    plots = []
    for across in range(12):
        for up in range(24):
            left, low = across * 280.0, up * 110.0
            for row in (low, low + 45.0):
                cuts = np.sort(dice.uniform(20.0, 230.0, 9))
                cuts = np.concatenate([[0.0], cuts, [250.0]])
                plots += [
                    shapely.box(left + a, row, left + b, row + 45.0)
                    for a, b in itertools.pairwise(cuts)
                    if b - a > 8.0
                ]
    turned = [affinity.rotate(plot, 17.0, origin=(0.0, 0.0)) for plot in plots]
    moved = shapely.transform(np.array(turned, dtype=object), lambda xy: xy + ORIGIN + 3.3)
    return _table(moved, CRS)


@pytest.mark.slow
@pytest.mark.parametrize("layer", [_irregular, _street_blocks])
def test_made_up_layers(layer: Callable[[], FeatureTable], tmp_path: Path) -> None:
    found = _attack(layer.__name__.strip("_"), layer(), CRS, tmp_path)
    _assert_no_better_than_the_grid(found)


def test_the_attack_sees_lines_through_vertices_rounded_each_by_itself() -> None:
    """The control: without chords a street front shows where it runs."""
    raw = _street_blocks().geometry
    rounded = shapely.remove_repeated_points(
        np.asarray(shapely.transform(raw, lambda xy: np.rint(xy / GRID) * GRID))
    )
    stored = np.unique(shapely.get_coordinates(rounded), axis=0)
    rows, truth = _matched(stored, np.unique(shapely.get_coordinates(raw), axis=0))
    apart = np.hypot(*(fitted(rounded, stored, GRID, spaced=False)[rows] - truth).T)
    found = Errors(apart, _allowed_by_lines(raw, truth))
    print(found.told("plain rounding, lines fitted"))
    assert found.surplus > 3.0


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "crs", "ground_crs"),
    [
        ("/vsizip/{}/tw-taoyuan-zones-raw.zip/H0101.json", "EPSG:3826", "EPSG:3826"),
        ("/vsigzip/{}/nyc-mappluto-16v1-brooklyn-1200.geojson.gz", "EPSG:4326", "EPSG:32618"),
    ],
)
def test_real_layers(
    source: str, crs: str, ground_crs: str, shared_data: Path, tmp_path: Path
) -> None:
    _, _, wkb, _ = pyogrio.raw.read(source.format(shared_data / "01-landuse"))
    raw = _table(np.asarray(shapely.from_wkb(wkb)), crs)
    _assert_no_better_than_the_grid(_attack(Path(source).name, raw, ground_crs, tmp_path))
