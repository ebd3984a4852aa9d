"""Building a release: its archives are written, and what was written is audited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tiles.desensitise.errors import Refusal
from tiles.desensitise.features import FeatureTable
from tiles.releases.archives import archive_builder
from tiles.releases.audit import (
    ARCHIVE,
    OutputAudit,
    ReleaseAudit,
    audit_archives,
    audit_store,
    read_on_the_ground,
)
from tiles.releases.audit_runs import record_incident, record_run
from tiles.releases.enums import AuditTrigger
from tiles.releases.errors import AuditFailed, AuditNotChecked, DifferenceNotSeen
from tiles.releases.models import Layer, Release
from tiles.releases.published import release_folder, remove_archives

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Built:
    """Archives that were written and read back without a finding.

    ``archives``: tile matrix set id -> path below PUBLISHED_DIR. ``over``: id of the release in
    force with which this one was compared, if there was any.
    """

    archives: dict[str, str]
    report: dict[str, Any]
    audit: ReleaseAudit
    started: datetime
    over: str | None


def build_release(release: Release, progress: Progress) -> Built:
    """Audit what is stored, build the archives, audit what was written.

    Raises ``AuditFailed`` or ``AuditNotChecked``, whose report is kept then, or
    ``DifferenceNotSeen``. The caller removes the archives after an error.
    """
    release.refresh_from_db(fields=["reports"])
    started = timezone.now()
    previous = Layer.objects.select_related("current").get(pk=release.layer_id).current
    progress("read", 0, release.feature_count)
    # One table in one CRS for the audits and the builder: a large layer is in memory once.
    table = _frozen(read_on_the_ground(release))
    outputs = audit_store(release, table, previous, progress=progress)
    _require_shown(release, previous, outputs[-1])
    _require_passed(release, outputs, started)
    remove_archives(release)
    folder = release_folder(release)
    folder.mkdir(parents=True)
    built = archive_builder().build(table, release.profile, folder, progress=progress)
    written = {tms: folder / name for tms, name in built["archives"].items()}
    outputs += audit_archives(release, table, written, progress=progress)
    audit = _require_passed(release, outputs, started)
    prefix = folder.relative_to(Path(settings.PUBLISHED_DIR))
    archives = {tms: str(prefix / name) for tms, name in built["archives"].items()}
    return Built(archives, built["report"], audit, started, previous.pk if previous else None)


def _frozen(table: FeatureTable) -> FeatureTable:
    """The table, which no builder can change before the audit compares the tiles with it."""
    for column in (table.geometry, *table.attributes.values()):
        column.flags.writeable = False
    return table


def _require_shown(release: Release, previous: Release | None, difference: OutputAudit) -> None:
    """Nobody approves a difference that was not shown: keep the right one and refuse once."""
    shown = release.reports.get("difference", {}).get("previous")
    if shown == (previous.pk if previous else None):
        return
    reports = {**release.reports, "difference": difference.as_dict()}
    Release.objects.filter(pk=release.pk).update(reports=reports)
    raise DifferenceNotSeen(
        "导入后现行版本已变化，与现行版本的差异已重新计算",
        "the release in force is another than at the import; the difference to it was computed anew",
        where=release.pk,
        mend_zh="请查看新的差异后再次批准",
        mend_en="look at the new difference and approve again",
    )


def _require_passed(
    release: Release, outputs: list[OutputAudit], started: datetime
) -> ReleaseAudit:
    """The audit of what was written so far; keeps its report and refuses when it did not pass."""
    full = any(output.output.startswith(ARCHIVE) for output in outputs)
    audit = ReleaseAudit(release.pk, full, tuple(outputs))
    if audit.passed:
        return audit
    with transaction.atomic():
        reports = {**release.reports, "approval_audit": audit.as_dict()}
        Release.objects.filter(pk=release.pk).update(reports=reports)
        record_run(release, audit, trigger=AuditTrigger.APPROVAL, started=started)
        record_incident(release, audit, live=False)
    raise audit_refusal(release, passed=audit.passed)


def audit_refusal(release: Release, *, passed: bool | None) -> Refusal:
    """The refusal after an audit that did not pass."""
    if passed is False:
        return AuditFailed(
            "公开侧审计未通过，此版本不能批准",
            "the public audit failed; this release cannot be approved",
            where=release.pk,
            mend_zh="请查看审计报告，并在内部节点以更高的版本号重新打包",
            mend_en="read the audit report and pack it again at the internal node with a higher version",
        )
    return AuditNotChecked(
        "公开侧审计未能完成核对，现行版本不变",
        "the public audit could not check everything; the release in force is unchanged",
        where=release.pk,
        mend_zh="请查看审计报告，排除原因后重试",
        mend_en="read the audit report, mend the cause and try again",
    )
