"""Keeping what the audits found: runs of a release, events, incidents."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from tiles.desensitise.errors import Refusal
from tiles.releases.audit import (
    Progress,
    ReleaseAudit,
    audit_release,
    not_checked,
    require_auditable,
)
from tiles.releases.enums import AuditTrigger, EventKind
from tiles.releases.models import AuditRun, Incident, Release, ReleaseEvent

if TYPE_CHECKING:
    from datetime import datetime

logger = logging.getLogger(__name__)

RUNS_KEPT = 30
"""Finished runs of a release that stay; older ones are deleted."""

VERDICTS = {True: "通过 / passed", False: "未通过 / failed", None: "未核对 / not checked"}
SENTENCES = {
    False: ("审计未通过", "the leak audit failed"),
    None: ("审计未能完成核对", "the leak audit could not check everything"),
}


def run_audit(
    release: Release,
    *,
    trigger: AuditTrigger,
    full: bool,
    progress: Progress,
    run: AuditRun | None = None,
) -> AuditRun:
    """Audit a release and record the run; ``run`` is the row that a nightly run has already.

    Raises ``WrongState`` when there is nothing to audit. An error ends as a run that was not
    checked, never as none. A release in force that does not pass is an incident; it is not taken
    back: that is an official's decision.
    """
    require_auditable(release)
    started = timezone.now()
    try:
        audit = audit_release(release, full=full, progress=progress)
    except Refusal as refusal:
        audit = _unfinished(release, full, refusal.zh, refusal.en)
    except Exception as error:
        # Whatever broke, the release was not checked, and somebody has to look.
        logger.exception("audit of release %s broke", release.pk)
        audit = _unfinished(release, full, "审计出错", f"the audit broke: {type(error).__name__}")
    with transaction.atomic():
        done = record_run(release, audit, trigger=trigger, started=started, run=run)
        if audit.passed is not True and release.is_current:
            record_incident(release, audit, live=True)
    return done


def _unfinished(release: Release, full: bool, zh: str, en: str) -> ReleaseAudit:
    return ReleaseAudit(release.pk, full, (not_checked("audit", zh, en),))


def record_run(
    release: Release,
    audit: ReleaseAudit,
    *,
    trigger: AuditTrigger,
    started: datetime,
    run: AuditRun | None = None,
) -> AuditRun:
    """Keep the outcome of an audit; the oldest runs beyond ``RUNS_KEPT`` go."""
    done = run or AuditRun(release=release, trigger=trigger, full=audit.full)
    done.started_at, done.finished_at = started, max(started, timezone.now())
    done.passed, done.report = audit.passed, audit.as_dict()
    done.save()
    if audit.passed is not True or trigger == AuditTrigger.MANUAL:
        note = VERDICTS[audit.passed]
        ReleaseEvent.objects.create(release=release, kind=EventKind.AUDITED, note=note)
    kept = release.audits.finished().values("pk")[:RUNS_KEPT]
    release.audits.finished().exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return done


def record_incident(release: Release, audit: ReleaseAudit, *, live: bool) -> None:
    """An incident of a release whose audit did not pass; ``live``: of one in force."""
    zh, en = SENTENCES[False if audit.passed is False else None]
    place = ("现行版本", "release in force") if live else ("待审批版本", "release to be approved")
    code = "audit_failed" if audit.passed is False else "audit_not_checked"
    Incident.objects.create(
        code=f"live_{code}" if live else code,
        release=release,
        layer_code=release.layer_id,
        sha256=release.sha256,
        message=f"{place[0]} {release.pk} {zh}",
        message_en=f"{place[1]} {release.pk}: {en}",
        findings=refused_findings(audit),
    )
    logger.error("%s %s: %s", place[1], release.pk, en)


def refused_findings(audit: ReleaseAudit) -> list[dict[str, Any]]:
    """What made an audit not pass: rules, sentences and counts, no values."""
    return [
        {"rule": found.rule, "zh": found.zh, "en": found.en, "count": found.count}
        for output in audit.outputs
        for found in output.findings
        if found.severity == "refuse"
    ]
