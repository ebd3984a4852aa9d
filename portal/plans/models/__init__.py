"""Notices with their versions, statutory periods and working days."""

from portal.plans.models.notice import Notice
from portal.plans.models.parts import NoticeDocument, NoticeEvent, NoticeLayer
from portal.plans.models.period import CalendarDay, CalendarYear, StatutoryPeriod, WorkingDays
from portal.plans.models.version import NoticeVersion

__all__ = [
    "CalendarDay",
    "CalendarYear",
    "Notice",
    "NoticeDocument",
    "NoticeEvent",
    "NoticeLayer",
    "NoticeVersion",
    "StatutoryPeriod",
    "WorkingDays",
]
