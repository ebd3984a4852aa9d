"""The officials' pages of audits: who may see them, and what they say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from tests.tiles.releases import builders
from tiles.desensitise.errors import Refusal
from tiles.releases.approve import approve_release
from tiles.releases.enums import AuditTrigger, JobKind
from tiles.releases.jobs import new_job
from tiles.releases.models import AuditRun, Incident, Layer, Release

pytestmark = pytest.mark.django_db
PAGES = ["releases:audit", "releases:audit_json"]


def made_release(by: User, approver: User, number: int = 1) -> Release:
    """A release in force without data: these pages show records only."""
    layer = Layer.objects.create(code=f"layer{number}", title=f"图层{number}")
    release = Release.objects.create(
        id=f"r1-{number:08d}",
        layer=layer,
        version=1,
        state="published",
        sha256="0" * 64,
        profile={"attribute": []},
        imported_by=by,
        approved_by=approver,
        published_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    Layer.objects.filter(pk=layer.pk).update(current=release)
    return release


def made_run(release: Release, *, passed: bool | None) -> AuditRun:
    finding = {
        "rule": "grid",
        "severity": "refuse",
        "zh": "有节点不在 10 米格网上",
        "en": "features with vertices off the 10 m grid",
        "count": 4,
        "examples": [2, 3],
    }
    output = {
        "output": "archive:CGCS2000Quad",
        "passed": passed,
        "checked": {"grid": 180, "tile_vertex": 90, "tile_label": 0},
        "findings": [] if passed else [finding],
    }
    return AuditRun.objects.create(
        release=release,
        trigger=AuditTrigger.NIGHTLY,
        full=True,
        night=timezone.localdate(),
        finished_at=timezone.now() + timedelta(seconds=1),
        passed=passed,
        report={"outputs": [output]},
    )


@pytest.fixture
def release(importer, approver) -> Release:
    return made_release(importer, approver)


@pytest.fixture
def failed(release) -> AuditRun:
    return made_run(release, passed=False)


@pytest.fixture
def as_user(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def url(page: str, run: AuditRun) -> str:
    return reverse(page, args=[run.release_id, run.pk])


@pytest.mark.parametrize("page", PAGES)
def test_anonymous_visitors_see_no_audit(client, failed, page):
    answer = client.get(url(page, failed))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("page", PAGES)
def test_an_official_without_a_part_in_releases_sees_no_audit(as_user, stranger, failed, page):
    answer = as_user(stranger).get(url(page, failed))
    assert answer.status_code in {302, 403}
    assert b"grid" not in answer.content


@pytest.mark.parametrize("page", PAGES)
def test_importers_and_approvers_see_it(as_user, importer, approver, failed, page):
    for official in (importer, approver):
        assert as_user(official).get(url(page, failed)).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_run_is_found_under_its_own_release_only(as_user, approver, importer, failed, page):
    other = made_release(importer, approver, 2)
    assert as_user(approver).get(reverse(page, args=[other.pk, failed.pk])).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_an_audit_is_only_read(as_user, approver, failed, page):
    assert as_user(approver).post(url(page, failed)).status_code == 405


def test_the_page_says_in_plain_words_what_was_found(as_user, approver, failed):
    page = as_user(approver).get(url("releases:audit", failed)).content.decode()
    assert "瓦片档案 CGCS2000Quad" in page
    assert "节点落在地面格网" in page
    assert "有节点不在 10 米格网上" in page
    assert "无此内容" in page
    assert url("releases:audit_json", failed) in page


def test_the_page_speaks_english(as_user, approver, failed):
    UserProfile.objects.create(user=approver, preferred_language="en")
    text = as_user(approver).get(url("releases:audit", failed)).content.decode()
    assert "features with vertices off the 10 m grid" in text
    assert "Tile archive CGCS2000Quad" in text


def test_the_json_is_for_machines(as_user, approver, failed):
    document = as_user(approver).get(url("releases:audit_json", failed)).json()
    assert document["passed"] is False
    assert document["release"] == failed.release_id
    assert document["trigger"] == "nightly"
    assert document["outputs"][0]["findings"][0]["rule"] == "grid"
    assert document["finished_at"]


@pytest.mark.parametrize("passed", [False, None])
def test_the_list_warns_of_a_release_in_force_that_did_not_pass(as_user, approver, release, passed):
    run = made_run(release, passed=passed)
    page = as_user(approver).get(reverse("releases:index")).content.decode()
    assert "help-critical" in page
    assert url("releases:audit", run) in page


def test_the_list_does_not_warn_once_a_later_audit_passed(as_user, approver, release, failed):
    later = made_run_later(failed, passed=True)
    page = as_user(approver).get(reverse("releases:index")).content.decode()
    assert "help-critical" not in page
    assert url("releases:audit", later) in page


def made_run_later(before: AuditRun, *, passed: bool) -> AuditRun:
    moment = before.started_at + timedelta(hours=1)
    return AuditRun.objects.create(
        release=before.release,
        trigger=AuditTrigger.MANUAL,
        full=True,
        started_at=moment,
        finished_at=moment,
        passed=passed,
    )


def test_a_quick_audit_does_not_end_the_warning(as_user, approver, failed):
    later = made_run_later(failed, passed=True)
    AuditRun.objects.filter(pk=later.pk).update(full=False)
    page = as_user(approver).get(reverse("releases:index")).content.decode()
    assert "help-critical" in page


def test_the_list_asks_the_database_as_often_for_many_layers_as_for_one(
    as_user, approver, importer, failed
):
    client = as_user(approver)
    client.get(reverse("releases:index"))
    before = count_of(client)
    for number in range(2, 12):
        made_run(made_release(importer, approver, number), passed=False)
    assert count_of(client) == before


def count_of(client) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("releases:index"))
    return len(asked)


def test_an_approver_reads_the_difference_first(as_user, approver, node, publish, take_in):
    first = publish(node.pack(version=1, side=7))
    second = take_in(node.pack(version=2, side=6))
    page = as_user(approver).get(reverse("releases:detail", args=[second.pk])).content.decode()
    assert page.index("与现行版本的差异") < page.index("质检报告（内部节点）")
    assert first.pk in page
    assert "<strong>13</strong> 消失" in page
    assert "A0006" in page
    assert "批准并发布" in page


def test_a_flagged_change_stands_on_top(as_user, approver, node, publish, take_in):
    release = take_in(node.pack(version=1))
    note = {"severity": "note", "count": 1, "examples": [0]}
    release.reports["difference"] = {
        "passed": True,
        "previous": release.pk,
        "findings": [
            {"rule": "appeared", "zh": "新", "en": "new", **note},
            {"rule": "appeared_in_hole", "zh": "请核对是否为避让区域", "en": "hole", **note},
        ],
    }
    release.save()
    page = as_user(approver).get(reverse("releases:detail", args=[release.pk])).content.decode()
    assert page.index("原留空处出现要素") < page.index("新出现 <span")
    assert "导入后现行版本已变化" in page


def test_a_release_that_failed_is_not_offered_for_approval(
    as_user, approver, node, take_in, settings
):
    release = take_in(node.pack(version=1))
    settings.TILES_ARCHIVE_BUILDER = f"{builders.HERE}.RawVertex"
    job = new_job(JobKind.PUBLISH, by=approver, release=release)
    with pytest.raises(Refusal):
        approve_release(release, by=approver, job=job)
    page = as_user(approver).get(reverse("releases:detail", args=[release.pk])).content.decode()
    assert "批准并发布" not in page
    assert "审计未通过，此版本不能批准" in page
    assert url("releases:audit", release.audits.get(trigger="approval")) in page
    answer = as_user(approver).post(reverse("releases:approve", args=[release.pk]), follow=True)
    assert "公开侧审计未通过" in answer.content.decode()


def test_an_incident_of_an_audit_leads_to_its_release(as_user, approver, release):
    Incident.objects.create(
        code="live_audit_failed", release=release, message="现行版本审计未通过", message_en="x"
    )
    page = as_user(approver).get(reverse("releases:incidents")).content.decode()
    assert "现行版本审计未通过" in page
    assert reverse("releases:detail", args=[release.pk]) in page
