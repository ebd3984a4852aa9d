"""The sample notices: within the city, dated around the day, about layers that exist."""

from __future__ import annotations

import datetime as dt

from portal.samplecity.generate import CityReport
from portal.samplecity.notices import notices
from tiles.desensitise.personal_data import detect

TODAY = dt.date(2026, 3, 2)


def test_notices_lie_within_the_city(city: CityReport) -> None:
    west, south, east, north = city.bbox
    for notice in notices(city, TODAY):
        lon, lat = notice.footprint.point
        assert west < lon < east
        assert south < lat < north
        left, low, right, high = notice.footprint.bbox
        assert west <= left < right <= east
        assert south <= low < high <= north


def test_some_notices_are_open_and_some_are_closed(small_city: CityReport) -> None:
    made = notices(small_city, TODAY)
    closing = [notice.closes for notice in made if notice.closes]
    assert len(made) >= 8
    assert any(day >= TODAY for day in closing)
    assert any(day < TODAY for day in closing)
    assert all(notice.published <= TODAY for notice in made)


def test_notices_link_existing_layers(small_city: CityReport) -> None:
    for notice in notices(small_city, TODAY):
        assert notice.layers
        assert set(notice.layers) <= set(small_city.files)


def test_notices_hold_no_personal_data(small_city: CityReport) -> None:
    for notice in notices(small_city, TODAY):
        texts = (notice.title, notice.summary, *notice.body, notice.office, notice.phone)
        assert all(detect(text) is None for text in texts)
        assert notice.title_en
        assert notice.summary_en


def test_keys_are_unique(small_city: CityReport) -> None:
    keys = [notice.key for notice in notices(small_city, TODAY)]
    assert len(set(keys)) == len(keys)
