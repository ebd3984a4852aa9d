"""Background tasks of the releases, run by the database worker."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django_tasks import task

from tiles.desensitise.errors import Refusal
from tiles.releases.approve import approve_release
from tiles.releases.intake import import_package
from tiles.releases.models import Release, ReleaseJob
from tiles.releases.nightly import audit_at_night
from tiles.releases.recovery import recover
from tiles.releases.shred import shred_file

LOW = -10
"""Priority of what can wait: an official's upload goes first."""


@task()
def run_import(job_id: int) -> None:
    """Import an uploaded package; a refusal is recorded on the job, where officials read it."""
    recover()
    job = ReleaseJob.objects.select_related("created_by").get(pk=job_id)
    upload = Path(settings.INTAKE_DIR) / job.upload
    try:
        with suppress(Refusal):  # it stands on the job and in the incident register
            import_package(upload, by=job.created_by, job=job)
    finally:
        shred_file(upload)


@task()
def run_publish(job_id: int) -> None:
    """Approve and publish a release; a refusal is recorded on the job."""
    recover()
    job = ReleaseJob.objects.select_related("created_by", "release").get(pk=job_id)
    release = job.release
    if release is None:
        raise Release.DoesNotExist(f"job {job_id} has no release")
    with suppress(Refusal):  # it stands on the job
        approve_release(release, by=job.created_by, job=job)


@task(priority=LOW)
def run_live_audit(run_id: int) -> None:
    """Audit a release in force at night; the outcome stands on the run."""
    audit_at_night(run_id)
