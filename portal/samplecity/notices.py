"""Invented notices (公示公告) of the sample city, to be filled into the site."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.samplecity.footprints import Footprint
from portal.samplecity.generate import CityReport
from portal.samplecity.notice_texts import NOTICE_TEXTS

OFFICE = "示例市自然资源和规划局（示例机构）"
OFFICE_PHONE = "0000-0000000"
OFFICE_ADDRESS = "示例市例江街道示例路0号"


@dataclass(frozen=True)
class SampleNotice:
    """One notice. ``kind``: the Chinese term of its type.

    ``published``: the day it went online; ``days``: length of the public period, 0 where there is
    none; ``layers``: codes of the layers that it speaks of; ``footprint``: its place.
    """

    key: str
    title: str
    title_en: str
    kind: str
    summary: str
    summary_en: str
    body: tuple[str, ...]
    published: dt.date
    days: int
    layers: tuple[str, ...]
    footprint: Footprint
    office: str = OFFICE
    phone: str = OFFICE_PHONE
    address: str = OFFICE_ADDRESS

    @property
    def closes(self) -> dt.date | None:
        """The last day of the public period, counted from the day after publication."""
        return self.published + dt.timedelta(days=self.days) if self.days else None


def notices(report: CityReport, today: dt.date) -> tuple[SampleNotice, ...]:
    """The sample notices, dated around ``today`` so that some are open and some are closed."""
    return tuple(
        SampleNotice(
            key=text.key,
            title=text.title,
            title_en=text.title_en,
            kind=text.kind,
            summary=text.summary,
            summary_en=text.summary_en,
            body=text.body,
            published=today - dt.timedelta(days=text.days_ago),
            days=text.days,
            layers=text.layers,
            footprint=report.footprints[text.place],
        )
        for text in NOTICE_TEXTS
    )
