"""Whatever a layer holds, no tile breaks a rule of MVT 2.1 (``tests/clients/mvt_rules.py``)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.clients.mvt_rules import broken_rules
from tests.tiles.pyramid.decoding import tiles_of
from tests.tiles.pyramid.odd_layers import OddLayer, odd_layers
from tiles.pyramid.build import build_archive
from tiles.pyramid.errors import BuildError
from tiles.pyramid.tile import encode_tile

slowly = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(slowly, max_examples=250)
@given(odd_layers())
def test_no_tile_of_an_odd_layer_breaks_a_rule(odd: OddLayer) -> None:
    for x in range(odd.x - 2, odd.x + 2):
        for y in range(odd.y - 2, odd.y + 2):
            tile = encode_tile(odd.table, odd.spec, odd.z, x, y, tms_id=odd.tms_id)
            assert not broken_rules(tile), (x, y)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd")


@settings(slowly, max_examples=120)
@given(odd=odd_layers())
def test_no_archive_of_an_odd_layer_breaks_a_rule(folder: Path, odd: OddLayer) -> None:
    out = folder / "odd.pmtiles"
    try:
        build_archive(odd.table, odd.spec, out, tms_id=odd.tms_id, threads=1)
    except BuildError as error:
        assert "nothing" in str(error) or "no " in str(error)  # noqa: PT017
        return
    for zxy, tile in tiles_of(out).items():
        assert not broken_rules(tile), zxy
