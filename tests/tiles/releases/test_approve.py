from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils import timezone

from tiles.desensitise.errors import Refusal
from tiles.pyramid.builder import PyramidBuilder
from tiles.releases.approve import approve_release
from tiles.releases.directory import load_directory
from tiles.releases.enums import JobKind, ReleaseState
from tiles.releases.jobs import new_job
from tiles.releases.models import Release
from tiles.releases.published import directory_in_step

pytestmark = pytest.mark.django_db


class FullDisk(PyramidBuilder):
    """A builder on a disk that fills up half-way."""

    def build(self, table, profile, folder: Path, *, progress):
        (folder / "half.pmtiles.partial").write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")


def approve(release, by):
    return approve_release(release, by=by, job=new_job(JobKind.PUBLISH, by=by, release=release))


def code_of(release, by) -> str:
    with pytest.raises(Refusal) as refused:
        approve(release, by)
    return refused.value.code


def test_approval_puts_the_release_in_force(node, publish, var, approver):
    release = publish(node.pack(version=1))
    assert release.state == ReleaseState.PUBLISHED
    assert release.is_current
    assert release.approved_by == approver
    layer = load_directory(var / "published").layers["plots"]
    assert layer.current == release.pk
    assert (var / "published" / layer.releases[release.pk].archives["WebMercatorQuad"]).is_file()
    assert directory_in_step()


def test_the_importer_cannot_approve(node, take_in, importer):
    importer.user_permissions.add(Permission.objects.get(codename="approve_release"))
    release = take_in(node.pack(version=1))
    assert code_of(release, type(importer).objects.get(pk=importer.pk)) == "same_person"


def test_the_database_refuses_an_importer_as_approver(node, take_in, importer):
    release = take_in(node.pack(version=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(approved_by=importer)


def test_without_permission_nobody_approves(node, take_in, stranger):
    assert code_of(take_in(node.pack(version=1)), stranger) == "not_allowed"


def test_a_release_is_approved_once(node, publish, approver):
    release = publish(node.pack(version=1))
    assert code_of(release, approver) == "wrong_state"


def test_of_two_officials_at_once_one_publishes(node, take_in, approver):
    release = take_in(node.pack(version=1))
    Release.objects.filter(pk=release.pk).update(state=ReleaseState.BUILDING)
    assert code_of(release, approver) == "wrong_state"
    assert Release.objects.get().state == ReleaseState.BUILDING


def test_an_expired_package_cannot_be_approved(node, take_in, approver):
    release = take_in(node.pack(version=1))
    release.expires_at = timezone.now() - timedelta(seconds=1)
    release.save()
    assert code_of(release, approver) == "expired"


def test_a_release_older_than_the_one_in_force_cannot_be_approved(node, take_in, publish, approver):
    waiting = take_in(node.pack(version=1))
    publish(node.pack(version=2, shift=10))
    waiting.refresh_from_db()
    assert code_of(Release.objects.get(pk=waiting.pk), approver) == "older_version"


def test_a_full_disk_leaves_the_release_in_force_and_the_new_one_waiting(
    node, take_in, publish, approver, settings, var
):
    first = publish(node.pack(version=1))
    second = take_in(node.pack(version=2, shift=10))
    builder = settings.TILES_ARCHIVE_BUILDER
    settings.TILES_ARCHIVE_BUILDER = f"{__name__}.FullDisk"
    assert code_of(second, approver) == "storage_problem"
    second.refresh_from_db()
    assert second.state == ReleaseState.AWAITING_APPROVAL
    assert Release.objects.get(pk=first.pk).is_current
    assert not (var / "published" / "plots" / second.pk).exists()
    settings.TILES_ARCHIVE_BUILDER = builder
    assert approve(second, approver).is_current


def test_tampered_features_fail_the_audit_before_approval(node, take_in, approver):
    release = take_in(node.pack(version=1))
    feature = release.features.get(number=1)
    feature.properties = {**feature.properties, "DKBH": "电话 13800138000"}
    feature.save()
    assert code_of(release, approver) == "audit_failed"
    release.refresh_from_db()
    assert release.state == ReleaseState.AWAITING_APPROVAL
