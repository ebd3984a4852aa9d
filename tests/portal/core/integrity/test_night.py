"""What verifies itself at night: when it is due, what is kept, what a broken one leaves."""

from __future__ import annotations

import io
import logging
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from portal.core.audit.guards import GUARDS
from portal.core.audit.models import AuditEvent
from portal.core.audit.record import record_event
from portal.core.integrity import tick
from portal.core.integrity.enums import State
from portal.core.integrity.models import IntegrityCheck
from portal.core.integrity.standing import FRESH, standing_of
from portal.database import triggers
from tests.factories.audit import anchors_at_once

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 3, 4, 3, 10, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def log(settings, tmp_path):
    """Three events with their anchors; only the log is verified, at ten past three."""
    settings.AUDIT_ANCHORS = tmp_path / "anchors.jsonl"
    settings.VERIFY_AUDIT_AT, settings.VERIFY_NOTICES_AT = time(3, 10), None
    with anchors_at_once():
        for number in range(3):
            record_event("staff.tested", actor=None, target=None, facts={"n": number})
        yield settings.AUDIT_ANCHORS


def break_chain() -> None:
    triggers.remove(connection, GUARDS)
    AuditEvent.objects.filter(sequence=2).update(actor_name="somebody else")


def runs() -> list[IntegrityCheck]:
    return list(IntegrityCheck.objects.order_by("pk"))


def test_a_night_has_one_verification():
    tick.begin_due(NIGHT - timedelta(minutes=1))  # makes up for the night before
    tick.begin_due(NIGHT)
    tick.begin_due(NIGHT + timedelta(hours=9))
    assert [(str(run.night), run.state) for run in runs()] == [
        ("2026-03-03", "sound"),
        ("2026-03-04", "sound"),
    ]
    assert runs()[0].checked == 3


def test_a_sound_verification_is_recorded():
    tick.begin_due(NIGHT)
    event = AuditEvent.objects.head()
    assert (event.action, event.actor_name) == ("integrity.checked", "")
    assert dict(event.facts) == {"check": "audit", "state": "sound", "found": 0}


def test_the_clockwork_verifies_the_log_and_the_notices(settings):
    settings.VERIFY_NOTICES_AT = time(3, 30)
    for path in settings.CLOCKWORK:
        import_string(path)()
    assert {run.name: run.state for run in runs()} == {"audit": "sound", "notices": "sound"}


def test_without_a_time_nothing_is_verified(settings):
    settings.VERIFY_AUDIT_AT = None
    tick.tick()
    assert runs() == []


def test_a_broken_chain_is_kept_with_what_and_where(caplog):
    break_chain()
    with caplog.at_level(logging.ERROR):
        tick.begin_due(NIGHT)
    (run,) = runs()
    assert (run.state, run.found) == ("unsound", 1)
    assert run.findings[0]["zh"] == "第 2 条的内容与其摘要不符"
    assert run.findings[0]["en"] == "event 2 does not match its hash"
    assert "integrity check audit found 1 differences" in caplog.text


def test_a_cut_log_is_found_by_its_anchors(log):
    triggers.remove(connection, GUARDS)
    AuditEvent.objects.filter(sequence=3).delete()
    tick.begin_due(NIGHT)
    assert "the log ends with event 2" in runs()[0].findings[0]["en"]


def test_a_verification_that_breaks_off_is_kept_as_not_checked(log, caplog):
    log.unlink()
    log.mkdir()  # cannot be read as a file
    tick.begin_due(NIGHT)
    (run,) = runs()
    assert (run.state, run.problem) == ("crashed", "IsADirectoryError")
    assert "integrity check audit broke off" in caplog.text
    standing = standing_of("audit", timezone.now())
    assert standing.is_unchecked
    assert not standing.is_unsound


def test_what_broke_off_is_not_begun_again_in_the_same_night(log):
    log.unlink()
    log.mkdir()
    for _look in range(3):
        tick.tick()
    assert len(runs()) == 1


def test_a_run_whose_worker_ended_is_done_again():
    run = IntegrityCheck.objects.create(name="audit", night=NIGHT.date(), started_at=NIGHT)
    tick.resume_cut_off(NIGHT + tick.LONGEST)
    run.refresh_from_db()
    assert run.state == State.RUNNING  # it may still be at work
    tick.resume_cut_off(NIGHT + tick.LONGEST + timedelta(seconds=1))
    run.refresh_from_db()
    assert (run.state, run.attempts) == (State.SOUND, 2)


def test_a_run_that_is_cut_off_again_and_again_is_given_up():
    run = IntegrityCheck.objects.create(
        name="audit", night=NIGHT.date(), started_at=NIGHT, attempts=tick.MOST_ATTEMPTS
    )
    tick.resume_cut_off(NIGHT + 2 * tick.LONGEST)
    run.refresh_from_db()
    assert (run.state, run.problem) == (State.CRASHED, "cut off")


def test_the_database_keeps_one_run_a_night_and_no_verdict_without_an_end():
    IntegrityCheck.objects.create(name="audit", night=NIGHT.date())
    with pytest.raises(IntegrityError), transaction.atomic():
        IntegrityCheck.objects.create(name="audit", night=NIGHT.date())
    for fields in ({"state": "sound"}, {"state": "unsound", "finished_at": NIGHT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IntegrityCheck.objects.create(name="audit", **fields)


class TestStanding:
    def ended(self, state: str, hours_ago: float, **fields) -> None:
        IntegrityCheck.objects.create(
            name="audit",
            state=state,
            finished_at=timezone.now() - timedelta(hours=hours_ago),
            **fields,
        )

    def seen(self) -> tuple[bool, bool]:
        standing = standing_of("audit", timezone.now())
        return standing.is_unsound, standing.is_unchecked

    def test_never_run(self):
        assert self.seen() == (False, True)

    def test_fresh_and_sound(self):
        self.ended("sound", 25.9)
        assert self.seen() == (False, False)

    def test_not_run_for_26_hours(self):
        assert timedelta(hours=26) == FRESH
        self.ended("sound", 26.1)
        assert self.seen() == (False, True)

    def test_running_is_no_verdict(self):
        self.ended("sound", 27)
        IntegrityCheck.objects.create(name="audit")
        assert self.seen() == (False, True)

    def test_a_difference_stands_while_nothing_newer_was_found_out(self):
        self.ended("unsound", 40, found=1)
        self.ended("crashed", 2)
        assert self.seen() == (True, True)

    def test_a_later_sound_run_ends_the_incident(self):
        self.ended("unsound", 20, found=1)
        self.ended("sound", 1)
        assert self.seen() == (False, False)

    def test_the_other_check_has_a_standing_of_its_own(self):
        IntegrityCheck.objects.create(name="notices", state="sound", finished_at=timezone.now())
        assert self.seen() == (False, True)


class TestByHand:
    def verify(self, *arguments: str) -> None:
        call_command("verify_audit", *arguments, stdout=io.StringIO(), stderr=io.StringIO())

    def test_the_command_counts_like_a_night(self):
        self.verify()
        assert not standing_of("audit", timezone.now()).is_unchecked

    def test_a_difference_found_by_hand_is_an_incident_too(self):
        break_chain()
        with pytest.raises(SystemExit):
            self.verify()
        assert standing_of("audit", timezone.now()).is_unsound

    def test_another_question_says_nothing_about_the_night(self, tmp_path):
        with pytest.raises(SystemExit):
            self.verify("--anchors", str(tmp_path / "others.jsonl"))
        with pytest.raises(SystemExit):
            self.verify("--expect-head", "f" * 64)
        assert runs() == []

    def test_notices_by_command(self):
        call_command("verify_notices", stdout=io.StringIO())
        assert not standing_of("notices", timezone.now()).is_unchecked
