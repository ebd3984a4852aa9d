"""The area withheld around restricted zones: what it holds, and what it must not depend on."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tests.tiles.desensitise.plots import (
    ORIGIN,
    column,
    plot_polygons,
    plots_profile,
    raw_plots,
    zone_table,
)
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.outline_guesses import likeness
from tiles.desensitise.profile import ProfileError
from tiles.desensitise.restricted import WithheldArea, withheld_area
from tiles.desensitise.withheld_windows import Lattice

MARGIN, GRID = 50.0, 10.0


def _square(x: float, y: float, side: float) -> shapely.Polygon:
    corner = ORIGIN + np.array([x, y])
    return shapely.box(*corner, *corner + side)


def _withheld(*zones: shapely.Geometry, salt: str = "salt", ground: object = None) -> WithheldArea:
    withheld = withheld_area(column(*zones), MARGIN, GRID, salt, ground)
    assert withheld is not None
    for zone in zones:
        assert shapely.covers(withheld.area, shapely.buffer(zone, MARGIN + GRID))
    return withheld


@pytest.mark.parametrize("salt", ["", "short"])
def test_zones_are_not_withheld_with_a_salt_that_can_be_guessed(salt: str) -> None:
    profile = plots_profile(secret={"restricted_margin": 50.0, "salt": salt})
    zones = zone_table(_square(0.0, 0.0, 200.0))
    with pytest.raises(ProfileError, match="at least 12 bytes"):
        desensitise(raw_plots(), profile, zones)
    assert len(desensitise(raw_plots(), profile, None).table)


@pytest.mark.parametrize("salt", [f"salt {number}" for number in range(8)])
@pytest.mark.parametrize("side", [50.0, 300.0, 2000.0])
def test_a_zone_is_covered_with_its_margin_and_not_to_be_guessed(side: float, salt: str) -> None:
    withheld = _withheld(_square(700.0, 300.0, side), salt=salt)
    assert withheld.likeness < 0.45
    assert withheld.area.area < 16.0 * withheld.kept_clear


def test_a_zone_surveyed_again_leaves_the_same_hole() -> None:
    zone = _square(700.0, 300.0, 400.0)
    again = shapely.transform(zone, lambda xy: xy + 0.4)
    assert shapely.equals(_withheld(zone).area, _withheld(again).area)


def test_a_zone_that_grows_leaves_a_hole_that_holds_the_earlier_one() -> None:
    """Of two releases the intersection of the holes is then no less than the smaller hole."""
    small, large = (0.0, 0.0, 400.0, 300.0), (-50.0, -50.0, 450.0, 350.0)
    for number in range(20):
        lattice = Lattice(b"key", number, 9)
        inner = shapely.box(*lattice.window(small))
        assert shapely.covers(shapely.box(*lattice.window(large)), inner)
        assert shapely.covers(shapely.box(*Lattice(b"key", number, 10).window(large)), inner)


def test_a_window_depends_on_the_zone_by_its_cell_and_coarse_extent_only() -> None:
    lattice = Lattice(b"key", 0, 9)
    middles = np.linspace(0.0, 512.0, 33)
    windows = {lattice.window((x - 100.0, -90.0, x + 100.0, 90.0)) for x in middles}
    assert len(windows) == 2


def test_zones_that_nearly_touch_are_withheld_as_one() -> None:
    zones = [_square(250.0 * number, 0.0, 150.0) for number in range(3)]
    withheld = _withheld(*zones)
    assert shapely.get_num_geometries(withheld.area) == 1
    assert likeness(withheld.area, column(shapely.union_all(zones))) < 0.5


def test_a_long_thin_zone_is_withheld_in_pieces() -> None:
    road = shapely.LineString([ORIGIN, ORIGIN + np.array([9000.0, 7000.0])])
    withheld = _withheld(road)
    box = shapely.box(*shapely.bounds(withheld.area))
    assert withheld.area.area < 0.6 * box.area


def test_a_zone_in_the_corner_of_the_layer_is_not_given_away_by_the_edge() -> None:
    ground = plot_polygons(30)
    for number in range(5):
        withheld = _withheld(_square(20.0, 20.0, 400.0), salt=f"corner {number}", ground=ground)
        seen = shapely.intersection(withheld.area, shapely.union_all(ground))
        assert likeness(seen, column(_square(20.0, 20.0, 400.0))) < 0.5


def test_points_and_lines_are_kept_clear_too() -> None:
    for zone in (shapely.Point(ORIGIN), shapely.LineString([ORIGIN, ORIGIN + 300.0])):
        assert _withheld(zone).likeness < 0.45


def test_no_zones_withhold_nothing() -> None:
    assert withheld_area(column(None, shapely.Polygon()), MARGIN, GRID, "salt") is None
