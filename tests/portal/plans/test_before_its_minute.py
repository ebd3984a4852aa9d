"""An approved version before its minute: nothing of it gets out, nothing is taken off for it."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.plans.enums import EventKind
from portal.plans.errors import WrongState
from portal.plans.models import NoticeEvent, NoticeVersion
from portal.plans.procedure.decide import approve_version, return_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.prolong import extend_version
from portal.plans.procedure.submit import submit_version
from portal.plans.procedure.withdraw import withdraw_version
from portal.plans.staff.steps import steps_for
from tests.factories.notices import approver, in_days, published, registrar, submitted
from tests.portal.plans.subscribing import subscribed, tell

pytestmark = pytest.mark.django_db


def in_hours(hours: float) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(hours=hours)


def approved_for_later(**fields: object) -> NoticeVersion:
    return approve_version(submitted(publish_at=in_hours(120), **fields), approver())


def next_version(version: NoticeVersion, days: int, **fields: object) -> NoticeVersion:
    fresh = announce_anew(version, registrar(), "根据意见修改")
    for name, value in {"publish_at": in_hours(24 * days), **fields}.items():
        setattr(fresh, name, value)
    fresh.save()
    return approve_version(submit_version(fresh, registrar()), approver())


def names(person: object, version: NoticeVersion) -> set[str]:
    return {step.slug for step in steps_for(person, version)}


def test_it_is_neither_extended_nor_withdrawn_and_nobody_hears_of_it(client: Client) -> None:
    subscribed()
    version = approved_for_later(title="还不能说的标题")
    with pytest.raises(WrongState, match="尚未公开"):
        extend_version(version, approver(), "理由", until=in_days(90))
    with pytest.raises(WrongState, match="尚未公开"):
        withdraw_version(version, registrar(), "理由")
    assert tell() == 0
    assert mail.outbox == []
    assert client.get(version.notice.get_absolute_url()).status_code == 404
    assert "还不能说的标题" not in client.get("/plans/feed.atom").content.decode()


def test_an_event_of_a_version_that_is_not_public_is_told_to_nobody() -> None:
    """A second lock: however such a row got there."""
    subscribed()
    version = approved_for_later(title="还不能说的标题")
    NoticeEvent.objects.create(version=version, kind=EventKind.EXTENDED, reason="理由")
    assert tell() == 0
    assert mail.outbox == []


def test_its_page_offers_to_return_it_only() -> None:
    version = approved_for_later()
    assert names(approver(), version) == {"return"}
    assert names(registrar(), version) == set()
    public = published()
    assert names(approver(), public) == {"extend"}
    assert "withdraw" in names(registrar(), public)


def test_who_submitted_a_text_does_not_extend_it() -> None:
    from portal.plans.errors import NotAllowed
    from tests.factories.notices import make_official

    both = make_official("编辑990100", "draft_notice", "approve_notice")
    version = published()
    assert "extend" not in names(both, version)
    with pytest.raises(NotAllowed, match="另一人"):
        extend_version(version, both, "理由", until=in_days(90))


def test_the_running_version_stays_when_the_next_one_is_taken_back(client: Client) -> None:
    first = published(title="正在公示的")
    second = next_version(first, days=2)
    with pytest.raises(WrongState, match="尚未公开"):
        withdraw_version(second, registrar(), "理由")
    return_version(second, approver(), "再改改")
    first.refresh_from_db()
    assert first.superseded_at is None
    assert "正在公示的" in client.get(first.notice.get_absolute_url()).content.decode()


def test_an_extension_lengthens_the_next_version_too() -> None:
    first = published(period_amount=20)
    second = next_version(first, days=5, period_amount=20)
    assert second.closes_on == in_days(25)
    extend_version(first, approver(), "应群众要求", until=in_days(60))
    second.refresh_from_db()
    assert second.closes_on == in_days(60)
    assert second.first_closes_on == in_days(25)


def test_a_superseded_version_is_not_extended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the worker has closed it, too: its page is not the one in force any more."""
    first = published(period_amount=20)
    next_version(first, days=1)
    later = timezone.now() + datetime.timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(WrongState, match="新的版本"):
        extend_version(first, approver(), "理由", until=in_days(90))
