"""After a killed process: what was left half-done is undone, so that it can be done again."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tiles.releases.enums import UNFINISHED, EventKind, JobState, ReleaseState
from tiles.releases.intake import forget_release
from tiles.releases.joblock import hold, is_held
from tiles.releases.jobs import lock_name
from tiles.releases.models import Release, ReleaseEvent, ReleaseJob
from tiles.releases.published import locks_folder, remove_archives, sync_directory
from tiles.releases.shred import shred_file, shred_folder


def recover() -> int:
    """Bring database and disk back in step; returns the number of jobs found interrupted.

    Jobs of living processes are left alone. Runs at the start of the server and of every
    command that changes a release.
    """
    with hold(locks_folder(), "recovery", wait=True):
        dead = _mark_dead_jobs()
        _undo_unfinished_releases()
        _clean_intake()
        _clean_archives()
        sync_directory()
    return dead


def _mark_dead_jobs() -> int:
    count = 0
    for job in ReleaseJob.objects.filter(state=JobState.RUNNING):
        if is_held(locks_folder(), lock_name(job)):
            continue
        count += ReleaseJob.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
            state=JobState.INTERRUPTED, finished_at=timezone.now()
        )
    return count


def _undo_unfinished_releases() -> None:
    for release in Release.objects.filter(state__in=UNFINISHED):
        # Asked for each release at the last moment: a job may have begun since.
        if release.jobs.filter(state=JobState.RUNNING).exists():
            continue
        if release.state == ReleaseState.IMPORTING:
            forget_release(release)
            continue
        Release.objects.filter(pk=release.pk, state=ReleaseState.BUILDING).update(
            state=ReleaseState.AWAITING_APPROVAL
        )
        ReleaseEvent.objects.create(release=release, kind=EventKind.INTERRUPTED)


def _clean_intake() -> None:
    """Remove work folders of dead jobs and uploads that no job waits for."""
    intake = Path(settings.INTAKE_DIR)
    if not intake.exists():
        return
    alive = set(ReleaseJob.objects.filter(state=JobState.RUNNING).values_list("pk", flat=True))
    for folder in intake.glob("work-*"):
        if int(folder.name.split("-")[1]) not in alive:
            shred_folder(folder)
    wanted = set(
        ReleaseJob.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).values_list(
            "upload", flat=True
        )
    )
    for upload in intake.glob("upload-*"):
        old = timezone.now().timestamp() - upload.stat().st_mtime > 3600
        if upload.name not in wanted and old:
            shred_file(upload)


def _clean_archives() -> None:
    """Remove archives of releases that are neither published nor being built."""
    published = Path(settings.PUBLISHED_DIR)
    if not published.exists():
        return
    keep = {
        (release.layer_id, release.pk)
        for release in Release.objects.filter(
            state__in=[ReleaseState.PUBLISHED, ReleaseState.BUILDING]
        ).only("layer_id")
    }
    for folder in published.glob("*/*"):
        if folder.is_dir() and (folder.parent.name, folder.name) not in keep:
            shutil.rmtree(folder)
    for partial in published.glob(".directory-*.partial"):
        partial.unlink(missing_ok=True)
    for release in Release.objects.filter(state=ReleaseState.AWAITING_APPROVAL):
        remove_archives(release)
