"""One run of the nightly audit: a release in force, audited once a night."""

from __future__ import annotations

from django.db import transaction

from tiles.releases.audit import ReleaseAudit, not_checked
from tiles.releases.audit_runs import record_incident, record_run, run_audit
from tiles.releases.enums import AuditTrigger
from tiles.releases.joblock import hold, is_held
from tiles.releases.models import AuditRun
from tiles.releases.published import locks_folder

MOST_ATTEMPTS = 3
"""A run that was cut off this often is given up: it may be what ends the worker."""


def audit_at_night(run_id: int) -> None:
    """Do one queued run; nothing happens when it was done or is being done."""
    with hold(locks_folder(), _lock(run_id)) as taken:
        run = AuditRun.objects.select_related("release__layer").filter(pk=run_id).first()
        if not taken or run is None or run.finished_at is not None:
            return
        if not run.release.is_current:  # replaced or withdrawn since: not live
            run.delete()
            return
        if run.attempts >= MOST_ATTEMPTS:
            _give_up(run)
            return
        AuditRun.objects.filter(pk=run.pk).update(attempts=run.attempts + 1)
        run.attempts += 1
        run_audit(run.release, trigger=AuditTrigger.NIGHTLY, full=True, progress=_silent, run=run)


def is_at_work(run_id: int) -> bool:
    """Whether a living process does this run."""
    return is_held(locks_folder(), _lock(run_id))


def _lock(run_id: int) -> str:
    return f"audit-{run_id}"


def _silent(_step: str, _done: int, _total: int) -> None:
    """Nobody watches at night."""


def _give_up(run: AuditRun) -> None:
    zh = f"审计中断 {run.attempts} 次，未完成"
    en = f"the audit was cut off {run.attempts} times and did not finish"
    audit = ReleaseAudit(run.release_id, full=True, outputs=(not_checked("audit", zh, en),))
    with transaction.atomic():
        record_run(
            run.release, audit, trigger=AuditTrigger.NIGHTLY, started=run.started_at, run=run
        )
        record_incident(run.release, audit, live=True)
