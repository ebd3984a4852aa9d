"""What was written is read back and audited before a release comes into force."""

from __future__ import annotations

import pytest

from tests.tiles.releases import builders
from tiles.desensitise.errors import Refusal
from tiles.releases.approve import approve_release
from tiles.releases.audit_words import RULES
from tiles.releases.enums import JobKind, ReleaseState
from tiles.releases.jobs import new_job
from tiles.releases.models import AuditRun, Incident, Layer, Release
from tiles.releases.published import release_folder
from tiles.releases.rollback import roll_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def approve(approver):
    def run(release):
        return approve_release(
            release, by=approver, job=new_job(JobKind.PUBLISH, by=approver, release=release)
        )

    return run


@pytest.fixture
def refused(approve):
    def run(release) -> Refusal:
        with pytest.raises(Refusal) as caught:
            approve(release)
        release.refresh_from_db()
        return caught.value

    return run


def rules_of(release) -> set[str]:
    report = release.reports["approval_audit"]
    return {found["rule"] for output in report["outputs"] for found in output["findings"]}


def test_what_was_audited_stands_on_the_release(node, publish):
    release = publish(node.pack(version=1))
    run = release.audits.get(trigger="approval")
    assert run.passed
    assert run.full
    assert [output["output"] for output in run.report["outputs"]] == [
        "features",
        "difference",
        "archive:WebMercatorQuad",
        "archive:CGCS2000Quad",
        "averaging",
    ]
    assert all(output["passed"] for output in run.report["outputs"])
    tiles = [output["checked"].get("tile_vertex", 0) for output in run.report["outputs"]]
    assert tiles[2] > 100
    assert tiles[3] > 100
    assert release.reports["approval_audit"] == run.report


def test_every_rule_that_is_asked_has_a_plain_name(node, publish, take_in):
    publish(node.pack(version=1, side=7))
    take_in(node.pack(version=2, side=6))
    reports = AuditRun.objects.values_list("report", flat=True)
    asked = {
        rule for report in reports for output in report["outputs"] for rule in output["checked"]
    }
    assert len(asked) > 40
    assert asked <= RULES.keys()


def test_a_vertex_changed_between_store_and_tile_stops_the_release(
    node, publish, take_in, refused, settings
):
    first = publish(node.pack(version=1))
    second = take_in(node.pack(version=2, shift=10))
    settings.TILES_ARCHIVE_BUILDER = f"{builders.HERE}.RawVertex"
    refusal = refused(second)
    assert refusal.code == "audit_failed"
    assert "不能批准" in refusal.zh
    assert "cannot be approved" in refusal.en
    assert second.state == ReleaseState.AWAITING_APPROVAL
    assert "tile_vertex" in rules_of(second)
    assert not release_folder(second).exists()
    assert Layer.objects.get().current == first
    incident = Incident.objects.get()
    assert (incident.code, incident.release) == ("audit_failed", second)
    assert {found["rule"] for found in incident.findings} <= rules_of(second)


def test_a_release_that_failed_stays_refused(node, take_in, refused, settings):
    release = take_in(node.pack(version=1))
    builder = settings.TILES_ARCHIVE_BUILDER
    settings.TILES_ARCHIVE_BUILDER = f"{builders.HERE}.SwappedValues"
    assert refused(release).code == "audit_failed"
    assert "tile_properties" in rules_of(release)
    settings.TILES_ARCHIVE_BUILDER = builder
    assert refused(release).code == "audit_failed"
    assert AuditRun.objects.filter(trigger="approval").count() == 1


@pytest.mark.parametrize("builder", ["DamagedArchive", "StrayFile"])
def test_what_cannot_be_checked_is_not_published_and_can_be_tried_again(
    node, take_in, approve, refused, settings, builder
):
    release = take_in(node.pack(version=1))
    good = settings.TILES_ARCHIVE_BUILDER
    settings.TILES_ARCHIVE_BUILDER = f"{builders.HERE}.{builder}"
    assert refused(release).code == "audit_not_checked"
    assert release.state == ReleaseState.AWAITING_APPROVAL
    assert not release_folder(release).exists()
    assert release.audits.get(trigger="approval").passed is None
    assert Incident.objects.get().code == "audit_not_checked"
    settings.TILES_ARCHIVE_BUILDER = good
    assert approve(release).is_current


def test_a_builder_cannot_change_what_its_tiles_are_compared_with(node, take_in, approve, settings):
    release = take_in(node.pack(version=1))
    settings.TILES_ARCHIVE_BUILDER = f"{builders.HERE}.ChangesItsTable"
    with pytest.raises(ValueError, match="read-only"):
        approve(release)
    release.refresh_from_db()
    assert release.state == ReleaseState.AWAITING_APPROVAL


def test_a_row_lost_from_the_store_stops_the_release(node, take_in, refused):
    release = take_in(node.pack(version=1))
    release.features.get(number=36).delete()
    assert refused(release).code == "audit_failed"
    assert "stored_count" in rules_of(release)
    assert not release.audits.get(trigger="approval").full


def test_the_intake_says_what_a_release_changes(node, publish, take_in):
    first = publish(node.pack(version=1, side=7))
    second = take_in(node.pack(version=2, side=6))
    difference = second.reports["difference"]
    assert difference["previous"] == first.pk
    assert difference["passed"]
    counts = {found["rule"]: found["count"] for found in difference["findings"]}
    assert counts["disappeared"] == 13
    run = second.audits.get()
    assert (run.trigger, run.full, run.passed) == ("intake", False, True)
    assert run.report["outputs"][1] == difference


def test_the_first_release_of_a_layer_has_nothing_to_differ_from(node, take_in):
    difference = take_in(node.pack(version=1)).reports["difference"]
    assert difference["previous"] is None
    assert difference["passed"]


def test_a_difference_that_nobody_saw_is_shown_before_it_is_approved(
    node, take_in, approve, refused
):
    second = take_in(node.pack(version=2, shift=10))
    third = take_in(node.pack(version=3, shift=20))
    approve(second)
    third = Release.objects.get(pk=third.pk)
    assert refused(third).code == "difference_not_seen"
    assert third.state == ReleaseState.AWAITING_APPROVAL
    assert third.reports["difference"]["previous"] == second.pk
    assert third.reports["difference"]["findings"]
    assert approve(third).is_current


def test_a_release_is_compared_with_what_is_in_force_after_a_rollback(
    node, publish, take_in, approver
):
    first = publish(node.pack(version=1))
    publish(node.pack(version=2, side=7))
    roll_back(first.layer, to=first, by=approver)
    assert take_in(node.pack(version=3, shift=10)).reports["difference"]["previous"] == first.pk
