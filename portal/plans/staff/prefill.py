"""What a new notice begins with: the period of the law, the office of the last notice."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from portal.core.models import SiteIdentity
from portal.core.regions.models import Region
from portal.plans.errors import NoticeError
from portal.plans.models import NoticeVersion, StatutoryPeriod, WorkingDays
from portal.plans.procedure.lawful_period import first_day
from portal.plans.staff.access import explain

OFFICE_FIELDS = (
    "source",
    "how_to_object",
    "contact_office",
    "contact_phone",
    "contact_address",
    "contact_email",
)


@dataclass(frozen=True)
class PeriodOutlook:
    """When the period of a version would run, if it were published as planned.

    ``statutory``: what the law asks for, or None; ``statutory_end``: its last day. ``problem``: why
    the days cannot be counted.
    """

    begins: datetime.date
    ends: datetime.date | None
    statutory: StatutoryPeriod | None
    statutory_end: datetime.date | None
    problem: str = ""

    @property
    def is_too_short(self) -> bool:
        """Whether the period ends before the law allows."""
        return bool(self.ends and self.statutory_end and self.ends < self.statutory_end)

    @property
    def is_missing(self) -> bool:
        """Whether the law asks for a period and none was given."""
        return self.statutory is not None and self.ends is None and not self.problem


def period_outlook(version: NoticeVersion) -> PeriodOutlook:
    """Count the days of a version in work, from its minute of publication or from today."""
    begins = first_day(version, timezone.now())
    notice = version.notice
    statutory = StatutoryPeriod.objects.for_notice(notice.kind, notice.region, begins).first()
    working = WorkingDays()
    try:
        ends = version.rule.last_day(begins, working) if version.rule else None
        statutory_end = statutory.rule.last_day(begins, working) if statutory else None
    except NoticeError as problem:
        return PeriodOutlook(begins, None, statutory, None, explain(problem))
    return PeriodOutlook(begins, ends, statutory, statutory_end)


def first_values(request: HttpRequest, kind: str, region: Region, by: User) -> dict[str, Any]:
    """Values of a new version: the statutory period, and the office as it was given last."""
    return _period(kind, region) | _office(request, region, by)


def _period(kind: str, region: Region) -> dict[str, Any]:
    found = StatutoryPeriod.objects.for_notice(kind, region, timezone.localdate()).first()
    if found is None:
        return {}
    return {
        "period_amount": found.amount,
        "period_unit": found.unit,
        "period_excludes_first_day": found.excludes_first_day,
        "period_ends_on_working_day": found.ends_on_working_day,
        "period_basis": found.basis,
    }


def _office(request: HttpRequest, region: Region, by: User) -> dict[str, Any]:
    """As in the person's last notice there, or in the last one at all; else the site's identity."""
    earlier = NoticeVersion.objects.filter(notice__region=region).exclude(contact_office="")
    last = earlier.filter(author=by).order_by("-pk").first() or earlier.order_by("-pk").first()
    if last is not None:
        return {name: getattr(last, name) for name in OFFICE_FIELDS}
    identity = SiteIdentity.load(request_or_site=request)
    return {
        "source": identity.sponsor,
        "contact_office": identity.sponsor,
        "contact_phone": identity.phone,
        "contact_address": identity.address,
        "contact_email": identity.email,
    }
