"""Approval: a second person publishes a release; it is built and audited, then one switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from tiles.releases.audit_runs import record_run
from tiles.releases.build import Built, audit_refusal, build_release
from tiles.releases.enums import AuditTrigger, EventKind, ReleaseState
from tiles.releases.errors import (
    Expired,
    NotAllowed,
    OlderVersion,
    SamePerson,
    StorageProblem,
    WrongState,
)
from tiles.releases.intake import layer_facts
from tiles.releases.jobs import JobProgress, running
from tiles.releases.models import Layer, Release, ReleaseEvent, ReleaseJob
from tiles.releases.permissions import is_another_person, may_approve
from tiles.releases.published import remove_archives, sync_directory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Progress = Callable[[str, int, int], None]


def check_may_approve(release: Release, by: User) -> None:
    """Raise the refusal that stops this person from approving this release now."""
    where = release.pk
    if not may_approve(by):
        raise NotAllowed(
            "该用户没有审批权限",
            "this user may not approve releases",
            where=where,
            mend_zh="请由具有审批权限的人员操作",
            mend_en="ask an official with the approval permission",
        )
    if not is_another_person(by, release):
        raise SamePerson(
            "导入人不能审批自己导入的发布包",
            "the importer may not approve the same package",
            where=where,
            mend_zh="请由另一位审批人操作",
            mend_en="ask another approver",
        )
    if release.state != ReleaseState.AWAITING_APPROVAL:
        raise WrongState(
            f"当前状态为“{release.get_state_display()}”，不能审批",
            f"the release is in state {release.state!r} and cannot be approved",
            where=where,
            mend_zh="只有待审批的版本可以审批",
            mend_en="only a release that awaits approval can be approved",
        )
    if release.expires_at <= timezone.now():
        raise Expired(
            "发布包已过有效期",
            "the package has expired",
            where=where,
            mend_zh="请在内部节点重新打包",
            mend_en="pack it again at the internal node",
        )
    if failed_audit(release):
        raise audit_refusal(release, passed=False)
    current = release.layer.current
    if current and current.version > release.version:
        raise OlderVersion(
            f"现行版本 {current.version} 更新",
            f"version {current.version} in force is newer",
            where=where,
            mend_zh="如需恢复旧版本请使用回退",
            mend_en="use release_rollback to go back",
        )


def failed_audit(release: Release) -> bool:
    """Whether an audit failed; then it cannot be approved any more and has to be packed anew."""
    reports = (release.reports.get(name, {}) for name in ("approval_audit", "difference"))
    return any(report.get("passed") is False for report in reports)


def approve_release(
    release: Release, *, by: User, job: ReleaseJob, progress: Progress | None = None
) -> Release:
    """Build the archives of a release, audit what was written, and put it in force.

    Until the last step the release in force stays served whole; after a refusal, an error or a
    killed process the release awaits approval again. A release whose audit fails stays refused.
    """
    report = JobProgress(job, progress)
    with running(job):
        check_may_approve(release, by)
        claimed = Release.objects.filter(
            pk=release.pk, state=ReleaseState.AWAITING_APPROVAL
        ).update(state=ReleaseState.BUILDING)
        if not claimed:
            raise WrongState(
                "另一位审批人正在处理此版本",
                "another approver is at work on this release",
                where=release.pk,
            )
        try:
            _switch(release, build_release(release, report), by)
        except OSError as error:
            _give_back(release)
            raise StorageProblem(
                f"磁盘写入失败({error.strerror})，现行版本不变",
                f"the disk could not be written ({error.strerror}); the release in force is unchanged",
                where=release.pk,
                mend_zh="请检查磁盘空间后重试",
                mend_en="check the disk space and try again",
            ) from error
        except BaseException:
            _give_back(release)
            raise
        sync_directory()
    release.refresh_from_db()
    return release


def _switch(release: Release, built: Built, by: User) -> None:
    """The one step after which the new release is in force."""
    with transaction.atomic():
        reports = {
            **release.reports,
            "approval_audit": built.audit.as_dict(),
            "archives": built.report,
        }
        done = Release.objects.filter(pk=release.pk, state=ReleaseState.BUILDING).update(
            state=ReleaseState.PUBLISHED,
            archives=built.archives,
            reports=reports,
            approved_by=by,
            published_at=timezone.now(),
        )
        # Against what the new release was compared with, and nothing that came meanwhile.
        done = done and Layer.objects.filter(pk=release.layer_id, current=built.over).update(
            current=release, **layer_facts(release.profile)
        )
        if not done:
            raise WrongState(
                "发布过程中状态被更改", "the state changed during publication", where=release.pk
            )
        record_run(release, built.audit, trigger=AuditTrigger.APPROVAL, started=built.started)
        ReleaseEvent.objects.create(release=release, kind=EventKind.APPROVED, by=by)


def _give_back(release: Release) -> None:
    """Make a release whose publication failed await approval again."""
    if Release.objects.filter(pk=release.pk, state=ReleaseState.BUILDING).update(
        state=ReleaseState.AWAITING_APPROVAL
    ):
        remove_archives(release)
