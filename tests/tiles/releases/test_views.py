from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tiles.releases.models import Incident, Release, ReleaseJob

pytestmark = pytest.mark.django_db

PAGES = ["releases:index", "releases:incidents", "releases:upload"]


@pytest.fixture
def release(node, take_in):
    return take_in(node.pack(version=1))


@pytest.fixture
def as_user(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.mark.parametrize("page", PAGES)
def test_anonymous_visitors_are_sent_to_the_sign_in(client, page):
    assert client.get(reverse(page)).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_an_official_without_a_part_in_releases_sees_nothing(as_user, stranger, page):
    answer = as_user(stranger).get(reverse(page))
    assert answer.status_code in {302, 403}
    assert "待审批" not in answer.content.decode()


def test_the_list_shows_what_awaits_approval(as_user, approver, release):
    page = as_user(approver).get(reverse("releases:index")).content.decode()
    assert release.pk in page
    assert "示例地块" in page


def test_a_release_shows_its_reports_and_preview(as_user, approver, release):
    page = as_user(approver).get(reverse("releases:detail", args=[release.pk])).content.decode()
    assert "质检报告" in page
    assert reverse("releases:preview_style", args=[release.pk]) in page
    assert "批准并发布" in page


def test_the_importer_is_not_offered_to_approve(as_user, importer, release):
    page = as_user(importer).get(reverse("releases:detail", args=[release.pk])).content.decode()
    assert "批准并发布" not in page


def test_the_importer_cannot_approve_by_hand(as_user, importer, release):
    answer = as_user(importer).post(reverse("releases:approve", args=[release.pk]))
    assert answer.status_code in {302, 403}
    release.refresh_from_db()
    assert release.state == "awaiting"


def test_an_upload_is_imported_in_the_background(as_user, importer, node, var):
    package = node.pack(version=1).read_bytes()
    upload = SimpleUploadedFile("包.zip", package)
    answer = as_user(importer).post(reverse("releases:upload"), {"package": upload})
    job = ReleaseJob.objects.get()
    assert answer["Location"] == reverse("releases:job", args=[job.pk])
    assert Release.objects.get().imported_by == importer
    assert list((var / "intake").iterdir()) == []


def test_an_upload_that_is_no_package_is_refused_at_the_form(as_user, importer, node):
    upload = SimpleUploadedFile("x.zip", b"hello")
    page = as_user(importer).post(reverse("releases:upload"), {"package": upload})
    assert "这不是发布包" in page.content.decode()
    assert not ReleaseJob.objects.exists()


def test_a_refused_upload_says_why(as_user, importer, node, var):
    upload = SimpleUploadedFile("x.zip", b"PK\x03\x04 nonsense")
    as_user(importer).post(reverse("releases:upload"), {"package": upload})
    job = ReleaseJob.objects.get()
    page = as_user(importer).get(reverse("releases:job", args=[job.pk])).content.decode()
    assert job.refusal["zh"] in page
    assert Incident.objects.count() == 1
    assert list((var / "intake").iterdir()) == []


def test_approving_twice_makes_one_publication(as_user, approver, release):
    for _ in range(2):
        as_user(approver).post(reverse("releases:approve", args=[release.pk]))
    assert ReleaseJob.objects.filter(kind="publish").count() == 1
    release.refresh_from_db()
    assert release.state == "published"


def test_withdrawing_without_a_reason_changes_nothing(as_user, approver, release):
    as_user(approver).post(reverse("releases:withdraw", args=[release.pk]), {"reason": ""})
    release.refresh_from_db()
    assert release.state == "awaiting"


def test_the_preview_tile_is_for_officials_only(client, as_user, approver, release):
    url = reverse("releases:preview_tile", args=[release.pk, 14, 13380, 6750])
    assert client.get(url).status_code == 302
    answer = as_user(approver).get(url)
    assert answer.status_code == 200
    assert len(answer.content) > 100


def test_job_state_is_json(as_user, approver, release):
    job = ReleaseJob.objects.get()
    state = as_user(approver).get(reverse("releases:job_state", args=[job.pk])).json()
    assert state["finished"]
    assert state["percent"] == 100
