from __future__ import annotations

import pytest

from tiles.releases import approve
from tiles.releases.build import build_release
from tiles.releases.directory import load_directory
from tiles.releases.enums import JobKind, JobState, ReleaseState
from tiles.releases.joblock import hold, is_held
from tiles.releases.jobs import JobProgress, attach, lock_name, new_job
from tiles.releases.models import Layer, Release, ReleaseJob
from tiles.releases.published import directory_in_step, locks_folder, release_folder
from tiles.releases.recovery import recover

pytestmark = pytest.mark.django_db


def left_behind(release, kind, state):
    """The release and its job as a killed process leaves them."""
    job = new_job(kind, by=release.imported_by, release=release)
    ReleaseJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    Release.objects.filter(pk=release.pk).update(state=state)
    return job


def test_an_interrupted_import_is_forgotten(node, take_in):
    job = left_behind(take_in(node.pack(version=1)), JobKind.IMPORT, ReleaseState.IMPORTING)
    assert recover() == 1
    assert not Release.objects.exists()
    assert not Layer.objects.exists()
    job.refresh_from_db()
    assert job.state == JobState.INTERRUPTED


def test_an_interrupted_publication_awaits_approval_again(node, take_in, publish, approver):
    release = take_in(node.pack(version=1))
    left_behind(release, JobKind.PUBLISH, ReleaseState.BUILDING)
    folder = release_folder(release)
    folder.mkdir(parents=True)
    (folder / "x.pmtiles.partial").write_bytes(b"half")
    recover()
    release.refresh_from_db()
    assert release.state == ReleaseState.AWAITING_APPROVAL
    assert not folder.exists()


def test_a_living_job_is_left_alone(node, take_in):
    release = take_in(node.pack(version=1))
    job = left_behind(release, JobKind.PUBLISH, ReleaseState.BUILDING)
    with hold(locks_folder(), lock_name(job)) as taken:
        assert taken
        assert recover() == 0
    release.refresh_from_db()
    assert release.state == ReleaseState.BUILDING


def test_the_directory_is_written_anew_from_the_database(node, publish, var):
    publish(node.pack(version=1))
    (var / "published" / "directory.json").write_text("{ half", "utf-8")
    recover()
    assert directory_in_step()


def test_a_work_folder_of_a_dead_job_is_shredded(node, take_in, var):
    release = take_in(node.pack(version=1))
    job = new_job(JobKind.IMPORT, by=release.imported_by)
    attach(job, release)
    folder = var / "intake" / f"work-{job.pk}-x"
    folder.mkdir()
    (folder / "features.fgb").write_bytes(b"secret")
    recover()
    assert not folder.exists()


def test_a_lock_dies_with_its_holder(tmp_path):
    with hold(tmp_path, "a"):
        assert is_held(tmp_path, "a")
    assert not is_held(tmp_path, "a")


def test_after_a_kill_within_the_switch_the_old_release_is_served_until_recovery(
    node, take_in, publish, approver, var
):
    """The database has switched, the process died before the directory followed."""
    first = publish(node.pack(version=1))
    second = take_in(node.pack(version=2, shift=10))
    Release.objects.filter(pk=second.pk).update(state=ReleaseState.BUILDING)
    built = build_release(second, JobProgress(new_job(JobKind.PUBLISH, by=approver)))
    approve._switch(second, built, approver)
    served = load_directory(var / "published").layers["plots"]
    assert served.current == first.pk
    assert (var / "published" / served.releases[first.pk].archives["WebMercatorQuad"]).is_file()
    assert not directory_in_step()
    recover()
    assert load_directory(var / "published").layers["plots"].current == second.pk
    assert directory_in_step()
