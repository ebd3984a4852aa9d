"""The land-use classes are complete and consistent."""

from __future__ import annotations

from tiles.desensitise.landuse_codes import LANDUSE, domain_values, explain, landuse_class


def test_every_class_has_a_name_in_both_languages_a_colour_and_a_known_parent() -> None:
    assert len(LANDUSE) == 175
    for code, entry in LANDUSE.items():
        assert entry.name
        assert entry.name_en.isascii()
        assert len(code) == 2 * entry.level
        assert entry.parent == code[:-2]
        assert not entry.parent or entry.parent in LANDUSE
        assert len(entry.color) == 7


def test_every_code_has_a_plain_explanation() -> None:
    assert all(all(explain(code)) for code in LANDUSE)
    assert explain("99") == ("", "")


def test_the_six_digit_form_is_understood() -> None:
    assert landuse_class("070000") is LANDUSE["07"]
    assert landuse_class("100000") is LANDUSE["10"]
    assert landuse_class("070101") is LANDUSE["070101"]
    assert landuse_class("990000") is None


def test_named_domains() -> None:
    assert "0701" in domain_values("landuse_2023")
    assert "城镇住宅用地" in domain_values("landuse_2023_names")
