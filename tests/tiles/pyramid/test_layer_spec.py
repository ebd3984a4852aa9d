from __future__ import annotations

import numpy as np
import pytest
import shapely

from tests.tiles.pyramid.mosaics import spec
from tiles.desensitise.features import FeatureTable
from tiles.pyramid.attributes import attributes_of
from tiles.pyramid.layer_spec import LayerSpec

PROFILE = {
    "layer": {
        "code": "landuse",
        "title": "规划用地用海",
        "geometry": "polygon",
        "coverage": True,
        "review_number": "示审图〔2026〕001号",
        "source": "示例市",
    },
    "style": {"theme": "landuse", "class_field": "YDYHFLDM", "label_field": "NOT_PUBLISHED"},
    "zooms": {"min": 8, "max": 14},
    "attribute": [{"name": "YDYHFLDM", "type": "text"}, {"name": "RJL", "type": "number"}],
}


def test_spec_is_read_from_the_public_profile() -> None:
    found = LayerSpec.from_profile(PROFILE)
    assert (found.code, found.min_zoom, found.max_zoom, found.coverage) == ("landuse", 8, 14, True)
    assert found.fields == (("YDYHFLDM", "text"), ("RJL", "number"))
    assert found.metadata["attribution"] == "示例市 示审图〔2026〕001号"


def test_field_that_is_not_published_is_not_used() -> None:
    found = LayerSpec.from_profile(PROFILE)
    assert found.class_field == "YDYHFLDM"
    assert found.label_field is None


@pytest.mark.parametrize(
    "change", [{"geometry": "solid"}, {"min_zoom": 9, "max_zoom": 8}, {"max_zoom": 40}]
)
def test_impossible_spec_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        spec(**{"kind": "polygon", **change}) if "geometry" not in change else spec("solid")  # type: ignore[arg-type]


def test_missing_values_are_left_out_and_types_kept() -> None:
    columns = {
        "code": ["0701", None],
        "name": ["居住", ""],
        "far": [1, float("nan")],
        "plots": [np.int64(3), 4.0],
    }
    table = FeatureTable(
        np.array([shapely.Point(0, 0)] * 2, dtype=object),
        {name: np.array(values, dtype=object) for name, values in columns.items()},
    )
    assert attributes_of(table, spec()).as_dicts() == [
        {"code": "0701", "name": "居住", "far": 1.0, "plots": 3},
        {"name": "", "plots": 4},
    ]


def test_fraction_in_an_integer_field_is_refused_without_its_value() -> None:
    table = FeatureTable(
        np.array([shapely.Point(0, 0)], dtype=object), {"plots": np.array([1.5], dtype=object)}
    )
    with pytest.raises(ValueError, match=r"^plots: not a whole number$"):
        attributes_of(table, spec())


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("plots", 2**70, "beyond 64 bits"),
        ("far", float("inf"), "infinite"),
        ("name", "\ud800", "not Unicode"),
    ],
)
def test_value_that_no_tile_can_hold_is_refused_by_its_field(
    field: str, value: object, reason: str
) -> None:
    table = FeatureTable(
        np.array([shapely.Point(0, 0)], dtype=object), {field: np.array([value], dtype=object)}
    )
    with pytest.raises(ValueError, match=f"^{field}: .*{reason}"):
        attributes_of(table, spec())


def test_values_equal_in_python_but_of_different_type_are_told_apart() -> None:
    columns = {"plots": [1, True], "far": [1, 1.0]}
    table = FeatureTable(
        np.array([shapely.Point(0, 0)] * 2, dtype=object),
        {name: np.array(values, dtype=object) for name, values in columns.items()},
    )
    rows = [list(row.values()) for row in attributes_of(table, spec()).as_dicts()]
    assert [[type(value) for value in row] for row in rows] == [[float, int], [float, bool]]


def test_only_the_named_properties_stay() -> None:
    table = FeatureTable(
        np.array([shapely.Point(0, 0)], dtype=object),
        {"code": np.array(["0701"], dtype=object), "plots": np.array([4], dtype=object)},
    )
    found = attributes_of(table, spec()).only(["code", None])
    assert found.as_dicts() == [{"code": "0701"}]
