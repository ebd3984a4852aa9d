"""Invented notices (公示公告) of the sample city, to be filled into the site."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from portal.samplecity.footprints import Footprint, read_places
from portal.samplecity.notice_texts import NOTICE_TEXTS, NoticeText

OFFICE = "示例市自然资源和规划局"
OFFICE_PHONE = "0000-0000000"
REGION_OF_PLACE = {
    "city": "990100",
    "high_tech": "990100",
    "old_town": "990102",
    "lake": "990102",
    "cbd": "990103",
    "new_town": "990103",
    "metro": "990103",
    "waterside": "990103",
    "industry": "990105",
    "town": "990107",
}
"""Which division's notice each of the city's places is (see ``portal.samplecity.districts``)."""

OFFICE_ADDRESS = "示例市例江街道示例大道0号"


@dataclass(frozen=True)
class CityNotice:
    """One notice, ready to become a page.

    ``kind``: value of the site's kinds of notices. ``opens_on`` and ``closes_on``: first and last
    day of the public period, both None where there is none. ``layers``: codes of the layers that
    it speaks of. ``footprint``: west, south, east, north in degrees (CGCS2000); ``point``: (lon,
    lat) within it.
    """

    title: str
    title_en: str
    kind: str
    reference: str
    summary: str
    summary_en: str
    paragraphs: tuple[str, ...]
    published_on: dt.date
    opens_on: dt.date | None
    closes_on: dt.date | None
    place: str
    footprint: tuple[float, float, float, float]
    point: tuple[float, float]
    layers: tuple[str, ...]
    key: str
    region: str
    period_days: int
    contact_office: str = OFFICE
    contact_phone: str = OFFICE_PHONE
    contact_address: str = OFFICE_ADDRESS
    source: str = OFFICE


def notices(folder: Path, today: dt.date) -> list[CityNotice]:
    """The notices of the city that ``generate`` wrote into ``folder``.

    They are dated around ``today``, so that some are open and some are closed. Raises
    FileNotFoundError where no city was generated.
    """
    places = read_places(folder)
    return [
        _notice(number, text, places[text.place], today)
        for number, text in enumerate(NOTICE_TEXTS, start=1)
    ]


def _notice(number: int, text: NoticeText, place: Footprint, today: dt.date) -> CityNotice:
    published = today - dt.timedelta(days=text.days_ago)
    # The day of the announcement is not counted.
    closes = published + dt.timedelta(days=text.days) if text.days else None
    return CityNotice(
        title=text.title,
        title_en=text.title_en,
        kind=text.kind,
        reference=f"示自然资规示〔{published.year}〕{number:02d}号",
        summary=text.summary,
        summary_en=text.summary_en,
        paragraphs=text.body,
        published_on=published,
        opens_on=published if closes else None,
        closes_on=closes,
        place=text.where,
        footprint=place.bbox,
        point=place.point,
        layers=text.layers,
        key=text.key,
        region=REGION_OF_PLACE[text.place],
        period_days=text.days,
    )
