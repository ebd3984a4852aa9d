from __future__ import annotations

import pytest

from tiles.serving.conditions import accepts_gzip, none_match


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("GZip, deflate, br", True),
        ("br, gzip;q=0.5", True),
        ("x-gzip", True),
        ("*", True),
        ("*;q=0.1", True),
        ("gzip; q=1.000", True),
        ("identity;q=0.2, gzip;q=0.8", True),
        ("identity, gzip;q=0.5", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("", False),
        ("br", False),
        ("gzipped", False),
        ("gzip;q=2", False),
        ("gzip;q=many", False),
        (",,;", False),
    ],
)
def test_accept_encoding(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


@pytest.mark.parametrize(
    ("header", "matches"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        (" * ", True),
        ('"b"', False),
        ("a", False),
        ('"ab"', False),
        ('"x"a"', False),
    ],
)
def test_if_none_match(header: str, matches: bool) -> None:
    assert none_match(header, '"a"') is matches
