from __future__ import annotations

import numpy as np
import pytest
import shapely

from tiles.desensitise.features import FeatureTable
from tiles.packages.errors import CrsInvalid, NoCrs
from tiles.packages.spatial_reference import declared_crs, onto_ground

GROUND = "EPSG:4547"


def table(crs: str, *points: tuple[float, float]) -> FeatureTable:
    geometry = np.array([shapely.Point(p).buffer(1e-4, quad_segs=1) for p in points], dtype=object)
    return FeatureTable(geometry, {}, crs, "source.shp")


def moved(source: FeatureTable, ground: str = GROUND) -> FeatureTable:
    return onto_ground(source, declared_crs(source), ground)


def test_degrees_come_out_in_metres_of_the_ground_crs() -> None:
    result = moved(table("EPSG:4490", (114.0, 30.0)))
    assert result.crs == GROUND
    assert shapely.centroid(result.geometry[0]).x == pytest.approx(500_000, abs=0.01)
    assert shapely.centroid(result.geometry[0]).y == pytest.approx(3_320_113, abs=2)


def test_the_ground_crs_itself_is_not_touched() -> None:
    source = table(GROUND, (500_000.0, 3_300_000.0))
    assert shapely.equals_exact(moved(source).geometry[0], source.geometry[0], 0.0)


def test_neighbours_stay_neighbours() -> None:
    left, right = shapely.box(114.0, 30.0, 114.01, 30.01), shapely.box(114.01, 30.0, 114.02, 30.01)
    source = FeatureTable(np.array([left, right], dtype=object), {}, "EPSG:4490", "a")
    assert shapely.coverage_is_valid(moved(source).geometry)


def test_no_crs_is_refused_with_the_option_that_mends_it() -> None:
    with pytest.raises(NoCrs) as caught:
        declared_crs(table(""))
    assert "--crs" in caught.value.mend_en


@pytest.mark.parametrize("crs", ["EPSG:999999", "nonsense", 'LOCAL_CS["x",UNIT["metre",1]]'])
def test_an_unknown_or_local_crs_is_refused(crs: str) -> None:
    with pytest.raises(CrsInvalid):
        declared_crs(table(crs))


@pytest.mark.parametrize(
    ("crs", "point"),
    [
        ("EPSG:4490", (500_000.0, 3_300_000.0)),
        ("EPSG:4547", (114.0, 30.0)),
        ("EPSG:4547", (38_500_000.0, 3_300_000.0)),
        ("EPSG:4490", (2.35, 48.85)),
        ("EPSG:4547", (500_000.0, 9_300_000.0)),
        ("EPSG:4326", (114.0, 95.0)),
    ],
)
def test_an_implausible_extent_is_refused(crs: str, point: tuple[float, float]) -> None:
    with pytest.raises(CrsInvalid):
        moved(table(crs, point, (point[0] + 0.001, point[1])))


@pytest.mark.parametrize(
    ("crs", "point"), [("EPSG:4547", (3_300_000.0, 500_000.0)), ("EPSG:4490", (30.0, 114.0))]
)
def test_swapped_axes_are_named_as_such(crs: str, point: tuple[float, float]) -> None:
    with pytest.raises(CrsInvalid) as caught:
        moved(table(crs, point))
    assert "swapped" in caught.value.en


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_coordinates_that_are_no_numbers_are_refused(bad: float) -> None:
    with np.errstate(invalid="ignore"):
        shape = shapely.LineString([(500_000.0, 3_300_000.0), (500_010.0, bad)])
    source = FeatureTable(np.array([shape], dtype=object), {}, GROUND, "a")
    with pytest.raises(CrsInvalid):
        moved(source)


def test_data_far_from_the_ground_crs_are_refused() -> None:
    with pytest.raises(CrsInvalid):
        moved(table("EPSG:4490", (87.6, 43.8)))


def test_degrees_that_count_from_ferro_are_understood() -> None:
    source = table("EPSG:31253", (-74_528.0, 236_876.0))
    result = moved(source, "EPSG:3857")
    longitude = shapely.centroid(result.geometry[0]).x / 20_037_508.34 * 180
    assert longitude == pytest.approx(15.35, abs=0.05)
