"""A period is measured against the law of the day on which it begins, when it is decided."""

from __future__ import annotations

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from portal.plans.errors import Incomplete
from portal.plans.models import StatutoryPeriod
from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.submit import submit_version
from tests.factories.notices import approver, draft, editor, make_region, submitted

pytestmark = pytest.mark.django_db


def law(amount: int, unit: str = "calendar", kind: str = "pre_approval", **fields: object) -> None:
    StatutoryPeriod.objects.create(
        kind=kind, region=make_region("100000"), amount=amount, unit=unit, basis="某法", **fields
    )


def at(text: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch):
    def set_to(text: str) -> None:
        moment = at(text)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


def test_working_days_are_counted_from_the_day_of_publication(now) -> None:
    """Ten working days over National Day 2026 are more than fourteen days; in March they are not."""
    call_command("load_calendar", verbosity=0)
    law(10, "working")
    now("2026-03-02T09:00")
    version = draft(period_amount=14, publish_at=at("2026-09-24T09:00"))
    with pytest.raises(Incomplete, match="短于法定期限"):
        submit_version(version, editor())
    version.publish_at = None
    version.save()
    assert submit_version(version, editor()).state == "awaiting"


def test_a_law_that_begins_before_the_minute_of_publication_counts(now) -> None:
    now("2026-12-01T09:00")
    law(30, valid_to=datetime.date(2026, 12, 31))
    law(45, valid_from=datetime.date(2027, 1, 1))
    version = draft(period_amount=30, publish_at=at("2027-01-05T09:00"))
    with pytest.raises(Incomplete, match="短于法定期限"):
        submit_version(version, editor())


def test_it_is_asked_again_at_approval() -> None:
    version = submitted(period_amount=10)
    law(30)
    with pytest.raises(Incomplete, match="短于法定期限"):
        approve_version(version, approver())
    version.refresh_from_db()
    assert version.state == "awaiting"


@pytest.mark.parametrize("kind", ["hearing", "building_permit"])
def test_a_kind_that_has_a_law_needs_a_period(kind: str) -> None:
    version = draft(kind=kind, period_amount=None, period_unit="")
    law(7, kind=kind)
    with pytest.raises(Incomplete, match="须有公示期"):
        submit_version(version, editor())


def test_a_kind_without_a_law_may_stand_for_good() -> None:
    version = draft(kind="building_permit", period_amount=None, period_unit="")
    assert submit_version(version, editor()).state == "awaiting"


def test_the_newest_law_wins_over_one_without_a_first_day() -> None:
    law(30)
    law(45, valid_from=datetime.date(2026, 1, 1))
    found = StatutoryPeriod.objects.for_notice(
        "pre_approval", make_region(), datetime.date(2026, 6, 1)
    )
    assert [period.amount for period in found] == [45, 30]
