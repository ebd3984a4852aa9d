"""What stands in the raw layers: codes, secrets, restricted places, old encodings."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest
import shapely

from portal.samplecity.generate import CityReport
from portal.samplecity.people import check_digit
from tests.portal.samplecity.raw_table import read_raw
from tiles.desensitise.landuse_codes import LANDUSE
from tiles.desensitise.personal_data import detect


def test_land_use_codes_and_names_are_official(city: CityReport) -> None:
    columns = read_raw(city.files["landuse"]).columns
    for code, name in zip(columns["YDYHFLDM"], columns["YDYHFLMC"], strict=True):
        assert LANDUSE[code].name == name


def test_the_city_has_what_a_city_has(middle_city: CityReport) -> None:
    codes = set(read_raw(middle_city.files["landuse"]).columns["YDYHFLDM"])
    wanted = {
        "0101",
        "0301",
        "0703",
        "0901",
        "0902",
        "1201",
        "1203",
        "1207",
        "1401",
        "1701",
        "1702",
        "1703",
    }
    assert wanted <= {code[:4] for code in codes}
    assert {"070102", "070301", "080403", "080601", "100101", "110101"} <= codes


def test_roads_outlive_the_published_grid(middle_city: CityReport) -> None:
    table = read_raw(middle_city.files["landuse"])
    roads = table.geometry[table.columns["YDYHFLDM"] == "1207"]
    widths = 2 * shapely.area(roads) / shapely.length(roads)
    assert np.quantile(widths, 0.05) > 15


def test_owners_are_in_the_raw_layer_and_look_real(city: CityReport) -> None:
    table = read_raw(city.files["landuse"])
    assert table.text("QLR")
    assert all(detect(number) == "id_number" for number in table.text("ZJHM"))
    assert all(number[17] == check_digit(number[:17]) for number in table.text("ZJHM"))
    assert all(detect(phone) == "phone" for phone in table.text("LXDH"))
    assert any(detect(remark) for remark in table.text("BZ"))


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("farmland", "LXDH"),
        ("farmland", "ZRR"),
        ("facilities", "LXDH"),
        ("supply", "LXR"),
        ("ecology", "BZ"),
    ],
)
def test_other_layers_carry_secrets_too(city: CityReport, code: str, field: str) -> None:
    assert read_raw(city.files[code]).text(field)


def test_invented_people_cannot_be_real(city: CityReport) -> None:
    table = read_raw(city.files["landuse"])
    assert all(number.startswith("429999") for number in table.text("ZJHM"))
    assert all(phone.startswith("1480000") for phone in table.text("LXDH"))
    assert all("示" in owner for owner in table.text("QLR"))


def test_restricted_places_lie_in_the_land_use_layer(middle_city: CityReport) -> None:
    zones = read_raw(middle_city.restricted)
    table = read_raw(middle_city.files["landuse"])
    military = table.geometry[np.isin(table.columns["YDYHFLDM"], ["1501", "1505"])]
    covered = shapely.union_all(zones.geometry)
    assert len(zones.geometry) >= 6
    assert len(military) >= 3
    assert shapely.covers(covered, military).all()


def test_indicators_are_in_range(city: CityReport) -> None:
    columns = read_raw(city.files["landuse"]).columns
    for name, high in (("RJL", 12), ("JZMD", 70), ("LDL", 50), ("JZXG", 260)):
        given = columns[name][~np.isnan(columns[name])]
        assert len(given)
        assert ((given >= 0) & (given <= high)).all(), name


def test_district_codes_belong_to_no_province(city: CityReport) -> None:
    codes = read_raw(city.files["districts"]).columns["XZQDM"]
    assert all(code.startswith("99") for code in codes)
    assert len(set(codes)) == len(codes)


def test_old_layers_are_gbk_shapefiles(small_city: CityReport) -> None:
    with zipfile.ZipFile(small_city.files["districts"]) as archive:
        assert archive.read("XZQXZ.cpg") == b"GBK"
        assert "示中区".encode("gbk") in archive.read("XZQXZ.dbf")
    assert "示中区" in read_raw(small_city.files["districts"]).columns["XJMC"]


def test_farmland_keeps_off_the_development_boundary(middle_city: CityReport) -> None:
    fields = shapely.union_all(read_raw(middle_city.files["farmland"]).geometry)
    table = read_raw(middle_city.files["boundary"])
    core = shapely.union_all(table.geometry[table.columns["FQLX"] == "城镇集中建设区"])
    assert fields.intersection(core).area < 0.01 * fields.area


def test_three_control_lines_do_not_overlap(middle_city: CityReport) -> None:
    fields = shapely.union_all(read_raw(middle_city.files["farmland"]).geometry)
    red = shapely.union_all(read_raw(middle_city.files["ecology"]).geometry)
    limits = shapely.union_all(read_raw(middle_city.files["boundary"]).geometry)
    assert fields.intersection(red).area < 1
    assert red.intersection(limits).area < 0.001 * red.area
    assert fields.intersection(limits).area < 0.001 * fields.area
