"""The profiles of the sample city: readable, above the floor, and fitting the raw layers."""

from __future__ import annotations

from portal.samplecity.generate import CityReport
from tests.portal.samplecity.raw_table import read_raw
from tiles.desensitise.floor import profile_violations
from tiles.desensitise.profile import load_profile

SECRETS = {"QLR", "ZJHM", "LXDH", "LXR", "ZRR", "BZ", "YXDW", "BSM"}


def test_every_layer_has_a_profile(small_city: CityReport) -> None:
    assert set(small_city.profiles) == set(small_city.files)


def test_profiles_keep_to_the_floor(small_city: CityReport) -> None:
    for code, path in small_city.profiles.items():
        profile = load_profile(path)
        assert profile.layer.code == code
        assert profile_violations(profile) == []
        assert profile.secret is not None


def test_profiles_name_columns_that_exist_and_no_secret(small_city: CityReport) -> None:
    for code, path in small_city.profiles.items():
        profile, columns = load_profile(path), read_raw(small_city.files[code]).columns
        sources = {rule.source for rule in profile.attributes}
        assert sources <= set(columns), code
        assert not sources & SECRETS, code
        assert set(profile.quality.required) <= set(columns), code


def test_listed_values_cover_what_the_layers_hold(middle_city: CityReport) -> None:
    for code, path in middle_city.profiles.items():
        profile, columns = load_profile(path), read_raw(middle_city.files[code]).columns
        for rule in profile.attributes:
            if rule.values:
                assert {value for value in columns[rule.source] if value} <= set(rule.values), code
        if profile.style.classes:
            field = profile.attribute(profile.style.class_field or "")
            assert field is not None
            drawn = {entry.value for entry in profile.style.classes}
            assert {str(value) for value in columns[field.source] if value} <= drawn, code


def test_each_layer_has_its_own_review_number_and_order(small_city: CityReport) -> None:
    layers = [load_profile(path).layer for path in small_city.profiles.values()]
    assert len({layer.review_number for layer in layers}) == len(layers)
    assert len({layer.order for layer in layers}) == len(layers)
