"""The sample notices: within the city, dated around the day, about layers that exist."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from portal.plans.enums import NoticeKind
from portal.samplecity.generate import CityReport
from portal.samplecity.notices import notices
from tiles.desensitise.personal_data import detect

TODAY = dt.date(2026, 3, 2)


def test_notices_lie_within_the_city(city: CityReport) -> None:
    west, south, east, north = city.bbox
    for notice in notices(city.folder, TODAY):
        lon, lat = notice.point
        assert west < lon < east
        assert south < lat < north
        left, low, right, high = notice.footprint
        assert west <= left < right <= east
        assert south <= low < high <= north


def test_some_notices_are_open_and_some_are_closed(small_city: CityReport) -> None:
    made = notices(small_city.folder, TODAY)
    closing = [notice.closes_on for notice in made if notice.closes_on]
    assert len(made) >= 8
    assert any(day >= TODAY for day in closing)
    assert any(day < TODAY for day in closing)
    assert all(notice.published_on <= TODAY for notice in made)


def test_notices_link_existing_layers(small_city: CityReport) -> None:
    for notice in notices(small_city.folder, TODAY):
        assert notice.layers
        assert set(notice.layers) <= set(small_city.files)


def test_notices_hold_no_personal_data(small_city: CityReport) -> None:
    for notice in notices(small_city.folder, TODAY):
        texts = (
            notice.title,
            notice.summary,
            *notice.paragraphs,
            notice.place,
            notice.contact_phone,
        )
        assert all(detect(text) is None for text in texts)
        assert notice.title_en
        assert notice.summary_en


def test_kinds_are_those_of_the_site_and_drafts_stay_thirty_days(small_city: CityReport) -> None:
    for notice in notices(small_city.folder, TODAY):
        assert notice.kind in NoticeKind.values
        if notice.kind == NoticeKind.DRAFT_PLAN:
            assert notice.opens_on is not None
            assert notice.closes_on is not None
            assert (notice.closes_on - notice.opens_on).days + 1 >= 30


def test_references_are_unique(small_city: CityReport) -> None:
    references = [notice.reference for notice in notices(small_city.folder, TODAY)]
    assert len(set(references)) == len(references)


def test_needs_a_generated_city(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        notices(tmp_path, TODAY)
