"""Long steps as jobs: one row that says how far it is, one lock that says whether it lives."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.utils import timezone

from tiles.desensitise.errors import Refusal
from tiles.releases.enums import JobKind, JobState
from tiles.releases.joblock import hold
from tiles.releases.models import Release, ReleaseJob
from tiles.releases.published import locks_folder

Progress = Callable[[str, int, int], None]
WRITE_INTERVAL_SECONDS = 0.5


class JobProgress:
    """Writes a job's progress to its row at most twice a second, and passes it on."""

    def __init__(self, job: ReleaseJob, also: Progress | None = None) -> None:
        self._job = job
        self._also = also
        self._last = 0.0
        self._step = ""

    def __call__(self, step: str, done: int, total: int) -> None:
        if self._also:
            self._also(step, done, total)
        now = time.monotonic()
        if step == self._step and done < total and now - self._last < WRITE_INTERVAL_SECONDS:
            return
        self._last, self._step = now, step
        ReleaseJob.objects.filter(pk=self._job.pk).update(step=step, done=done, total=total)


def lock_name(job: ReleaseJob) -> str:
    return f"job-{job.pk}"


@contextmanager
def running(job: ReleaseJob) -> Iterator[None]:
    """Run a job's work: holds its lock, records its end.

    A refusal ends the job as refused and goes on to the caller; any other error ends it as
    interrupted, since nobody knows how far it came, and goes on too.
    """
    with hold(locks_folder(), lock_name(job), wait=True):
        ReleaseJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
        try:
            yield
        except Refusal as refusal:
            _finish(job, JobState.REFUSED, refusal.as_dict())
            raise
        except BaseException:
            _finish(job, JobState.INTERRUPTED, {})
            raise
        _finish(job, JobState.DONE, {})


def _finish(job: ReleaseJob, state: JobState, refusal: dict[str, object]) -> None:
    ReleaseJob.objects.filter(pk=job.pk).update(
        state=state, refusal=refusal, finished_at=timezone.now()
    )


def attach(job: ReleaseJob, release: Release) -> None:
    ReleaseJob.objects.filter(pk=job.pk).update(release=release)


def new_job(
    kind: JobKind, *, by: User, release: Release | None = None, upload: str = ""
) -> ReleaseJob:
    return ReleaseJob.objects.create(kind=kind, created_by=by, release=release, upload=upload)
