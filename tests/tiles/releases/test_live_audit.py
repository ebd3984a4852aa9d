"""Audits over what is in force: by command and at night."""

from __future__ import annotations

import json
import logging
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from tiles.releases import audit_runs
from tiles.releases.enums import AuditTrigger
from tiles.releases.joblock import hold
from tiles.releases.models import AuditRun, Incident, Layer, Release
from tiles.releases.night_watch import NightWatch, begin_due, last_due, resume_cut_off
from tiles.releases.nightly import MOST_ATTEMPTS, audit_at_night
from tiles.releases.published import locks_folder, release_folder

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 3, 4, 3, 0, tzinfo=SHANGHAI)


@pytest.fixture
def live(node, publish, settings) -> Release:
    """A release that has been in force for long."""
    settings.AUDIT_LIVE_AT = time(3, 0)
    release = publish(node.pack(version=1))
    Release.objects.filter(pk=release.pk).update(published_at=NIGHT - timedelta(days=40))
    release.refresh_from_db()
    return release


def damage(release: Release) -> None:
    archive = release_folder(release) / "CGCS2000Quad.pmtiles"
    archive.write_bytes(archive.read_bytes()[:300])


def leak(release: Release) -> None:
    feature = release.features.get(number=1)
    feature.properties = {**feature.properties, "DKBH": "电话 13800138000"}
    feature.save()


def nights(release: Release) -> list[AuditRun]:
    return list(release.audits.filter(trigger=AuditTrigger.NIGHTLY).order_by("night"))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-04 03:00", "2026-03-04 03:00"),
        ("2026-03-04 17:30", "2026-03-04 03:00"),
        ("2026-03-04 02:59", "2026-03-03 03:00"),
    ],
)
def test_the_last_due_moment_is_on_the_local_clock(now, due):
    moment = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    assert last_due(moment, time(3, 0)) == datetime.fromisoformat(due).replace(tzinfo=SHANGHAI)


def test_a_night_has_one_full_audit_of_a_release(live):
    begin_due(NIGHT - timedelta(minutes=1))  # makes up for the night before
    begin_due(NIGHT)
    begin_due(NIGHT + timedelta(minutes=1))
    begin_due(NIGHT + timedelta(hours=9))
    found = nights(live)
    assert [str(run.night) for run in found] == ["2026-03-03", "2026-03-04"]
    assert all(run.passed and run.full and run.finished_at for run in found)
    assert not Incident.objects.exists()


def test_a_worker_that_was_down_makes_up_for_the_night(live):
    begin_due(NIGHT + timedelta(hours=20))
    assert [str(run.night) for run in nights(live)] == ["2026-03-04"]


def test_what_was_published_since_was_audited_then(live):
    Release.objects.filter(pk=live.pk).update(published_at=NIGHT + timedelta(minutes=1))
    assert begin_due(NIGHT + timedelta(hours=5)) == []


def test_without_a_time_nothing_is_audited_at_night(live, settings):
    settings.AUDIT_LIVE_AT = None
    NightWatch().look()
    assert nights(live) == []


def test_the_watch_looks_at_the_clock_by_itself(live):
    NightWatch().look()
    assert len(nights(live)) == 1


def test_a_run_that_was_cut_off_is_done_again(live):
    run = AuditRun.objects.create(
        release=live, trigger=AuditTrigger.NIGHTLY, full=True, night=NIGHT.date(), attempts=1
    )
    assert begin_due(NIGHT) == []
    resume_cut_off()
    run.refresh_from_db()
    assert (run.passed, run.attempts) == (True, 2)


def test_a_run_that_ends_its_worker_again_and_again_is_given_up(live, caplog):
    run = AuditRun.objects.create(
        release=live,
        trigger=AuditTrigger.NIGHTLY,
        full=True,
        night=NIGHT.date(),
        attempts=MOST_ATTEMPTS,
    )
    resume_cut_off()
    run.refresh_from_db()
    assert run.finished_at
    assert run.passed is None
    assert Incident.objects.get().code == "live_audit_not_checked"
    assert logging.ERROR in {record.levelno for record in caplog.records}


def test_a_run_at_work_is_left_alone(live):
    run = AuditRun.objects.create(
        release=live, trigger=AuditTrigger.NIGHTLY, full=True, night=NIGHT.date()
    )
    with hold(locks_folder(), f"audit-{run.pk}"):
        resume_cut_off()
        audit_at_night(run.pk)
    run.refresh_from_db()
    assert (run.finished_at, run.attempts) == (None, 0)


def test_a_release_replaced_before_its_turn_is_not_audited(live):
    run = AuditRun.objects.create(
        release=live, trigger=AuditTrigger.NIGHTLY, full=True, night=NIGHT.date()
    )
    Layer.objects.update(current=None)
    audit_at_night(run.pk)
    assert nights(live) == []


def test_a_damaged_archive_is_not_checked_and_an_incident(live, caplog):
    damage(live)
    begin_due(NIGHT)
    run = nights(live)[0]
    assert run.passed is None
    verdicts = {output["output"]: output["passed"] for output in run.report["outputs"]}
    assert verdicts["archive:CGCS2000Quad"] is None
    assert verdicts["archive:WebMercatorQuad"] is True
    assert verdicts["averaging"] is None
    assert Incident.objects.get().code == "live_audit_not_checked"
    assert logging.ERROR in {record.levelno for record in caplog.records}


def test_a_leak_in_force_is_an_incident_and_stays_an_officials_decision(live, client):
    leak(live)
    begin_due(NIGHT)
    assert nights(live)[0].passed is False
    incident = Incident.objects.get()
    assert (incident.code, incident.release) == ("live_audit_failed", live)
    assert "13800138000" not in json.dumps(incident.findings) + json.dumps(nights(live)[0].report)
    assert Layer.objects.get().current == live
    assert live.events.filter(kind="audited").count() == 1
    assert client.get("/readyz").status_code == 200


def test_an_audit_that_breaks_has_not_checked(live, monkeypatch):
    Release.objects.filter(pk=live.pk).update(profile={"version": 1})
    begin_due(NIGHT)
    run = nights(live)[0]
    assert run.passed is None
    assert run.report["outputs"][0]["findings"]
    assert Incident.objects.get().code == "live_audit_not_checked"


def test_old_runs_go_and_the_newest_stay(live, monkeypatch):
    monkeypatch.setattr(audit_runs, "RUNS_KEPT", 3)
    for number in range(5):
        begin_due(NIGHT + timedelta(days=number))
    assert [str(run.night) for run in nights(live)] == ["2026-03-06", "2026-03-07", "2026-03-08"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"trigger": "manual", "passed": True},
        {"trigger": "manual", "night": NIGHT.date()},
        {"trigger": "nightly"},
        {"trigger": "by chance"},
        {"trigger": "manual", "finished_at": NIGHT, "started_at": NIGHT + timedelta(seconds=1)},
    ],
)
def test_the_database_refuses_a_run_that_cannot_be(live, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditRun.objects.create(release=live, full=True, **wrong)


def test_the_database_refuses_a_second_run_of_a_night(live):
    run = {"release": live, "full": True, "trigger": "nightly", "night": NIGHT.date()}
    AuditRun.objects.create(**run)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditRun.objects.create(**run)


def test_the_command_prints_what_was_looked_at(live, capsys):
    call_command("release_audit", live.pk, "--full")
    text = capsys.readouterr().out
    assert f"{live.pk}: 通过 / passed" in text
    assert "瓦片档案 CGCS2000Quad / Tile archive CGCS2000Quad: 通过 / passed" in text
    assert "averaging_mean" in text
    assert live.audits.get(trigger="manual").full


def test_the_quick_command_leaves_the_tiles_alone(live, capsys):
    damage(live)
    call_command("release_audit", live.pk, "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["passed"] is True
    assert [output["output"] for output in report["outputs"]] == ["features", "difference"]


def test_the_command_ends_with_code_1_and_still_prints_the_report(live, capsys):
    damage(live)
    with pytest.raises(CommandError) as ended:
        call_command("release_audit", live.pk, "--full", "--json")
    assert ended.value.returncode == 1
    assert "not checked" in str(ended.value)
    report = json.loads(capsys.readouterr().out)
    assert report["passed"] is None
    assert len(report["outputs"]) == 5


def test_a_missing_archive_is_not_checked(live, capsys):
    (release_folder(live) / "WebMercatorQuad.pmtiles").unlink()
    with pytest.raises(CommandError):
        call_command("release_audit_live")
    text = capsys.readouterr().out
    assert "瓦片档案不存在 / the tile archive is missing" in text
    assert Incident.objects.get().code == "live_audit_not_checked"


def test_the_live_command_audits_everything_in_force(live, node, publish, capsys):
    other = publish(node.pack("others", version=1))
    call_command("release_audit_live", "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["passed"] is True
    assert {entry["release"] for entry in report["releases"]} == {live.pk, other.pk}


def test_with_nothing_in_force_the_live_command_passes(db, capsys):
    call_command("release_audit_live")
    assert "no release in force" in capsys.readouterr().out


def test_a_withdrawn_release_has_nothing_to_audit(live, approver, capsys):
    call_command("release_withdraw", live.pk, "--reason", "数据有误", "--json")
    capsys.readouterr()
    with pytest.raises(CommandError):
        call_command("release_audit", live.pk, "--json")
    assert json.loads(capsys.readouterr().out)["refused"]["code"] == "wrong_state"


def test_a_waiting_release_has_no_tiles_to_check_yet(node, take_in, capsys):
    release = take_in(node.pack(version=1))
    with pytest.raises(CommandError):
        call_command("release_audit", release.pk, "--full", "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["passed"] is None
    assert not Incident.objects.exists()


def test_the_moment_of_the_audit_is_now(live):
    before = timezone.now()
    begin_due(NIGHT)
    run = nights(live)[0]
    assert before <= run.started_at <= run.finished_at <= timezone.now()
