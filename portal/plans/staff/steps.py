"""The steps that an official may take with a version, and what each one asks for (办理操作)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.plans.enums import ANNOUNCED, EDITABLE, VersionState
from portal.plans.models import NoticeVersion
from portal.plans.permissions import (
    is_another_person,
    may_administer,
    may_approve,
    may_draft,
)
from portal.plans.procedure.decide import approve_version, return_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.edit import discard_version, has_edited
from portal.plans.procedure.prolong import extend_version
from portal.plans.procedure.submit import submit_version
from portal.plans.procedure.withdraw import WITHDRAWABLE, archive_version, withdraw_version
from portal.plans.staff.forms import ExtendForm, ReasonForm

Values = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One step: who may take it when, what the page says before, what is done.

    ``take(version, official, values, edit_number)`` calls the verb of the procedure and returns the
    version that the official sees next, or None when there is none any more.
    """

    slug: str
    title: str | Promise
    explanation: str | Promise
    done: str | Promise
    may: Callable[[User, NoticeVersion], bool]
    take: Callable[[NoticeVersion, User, Values, int | None], NoticeVersion | None]
    form: type[forms.Form] = forms.Form
    is_grave: bool = False


def _region_allows(
    *rules: Callable[[Any, Any], bool], states: tuple[VersionState, ...]
) -> Callable[[User, NoticeVersion], bool]:
    def may(person: User, version: NoticeVersion) -> bool:
        region = version.notice.region
        return version.state in states and any(rule(person, region) for rule in rules)

    return may


def _may_decide(person: User, version: NoticeVersion) -> bool:
    is_waiting = version.state == VersionState.AWAITING_APPROVAL
    return is_waiting and may_approve(person, version.notice.region) and _is_other(person, version)


def _may_return(person: User, version: NoticeVersion) -> bool:
    is_undone = version.state == VersionState.APPROVED and not version.is_public
    if not (is_undone or version.state == VersionState.AWAITING_APPROVAL):
        return False
    return may_approve(person, version.notice.region) and _is_other(person, version)


def _is_other(person: User, version: NoticeVersion) -> bool:
    return is_another_person(person, version) and not has_edited(person, version)


def _may_extend(person: User, version: NoticeVersion) -> bool:
    running = (VersionState.APPROVED, VersionState.PUBLISHED)
    has_time = version.days_left is not None and version.is_public
    is_running = has_time and version.state in running
    return is_running and may_approve(person, version.notice.region) and _is_other(person, version)


def _may_withdraw(person: User, version: NoticeVersion) -> bool:
    is_out = version.state in WITHDRAWABLE and version.is_public
    return is_out and may_administer(person, version.notice.region)


def _may_announce_anew(person: User, version: NoticeVersion) -> bool:
    if version.state not in ANNOUNCED or not may_administer(person, version.notice.region):
        return False
    return not version.notice.versions.filter(number__gt=version.number).exists()


def _discard(version: NoticeVersion, by: User, _values: Values, number: int | None) -> None:
    discard_version(version, by, edit_number=number)


STEPS = (
    Step(
        "submit",
        _("提交审批"),
        _("提交后内容冻结，须由另一人审批。需要修改时请审批人退回。"),
        _("已提交，等待另一人审批。"),
        _region_allows(may_draft, may_administer, states=EDITABLE),
        lambda version, by, values, number: submit_version(version, by, edit_number=number),
    ),
    Step(
        "approve",
        _("审批通过"),
        _("请先核对预览、文件与公示期。通过后按发布时间自动公开，内容不能再改。"),
        _("已审批通过。"),
        _may_decide,
        lambda version, by, values, number: approve_version(version, by, edit_number=number),
    ),
    Step(
        "return",
        _("退回修改"),
        _("退回后由起草人修改并重新提交。理由只有工作人员可见。"),
        _("已退回。"),
        _may_return,
        lambda version, by, values, number: return_version(
            version, by, values["reason"], edit_number=number
        ),
        ReasonForm,
    ),
    Step(
        "extend",
        _("延长公示"),
        _("期限只能延长。理由会公开显示在办理过程中。"),
        _("已延长公示期。"),
        _may_extend,
        lambda version, by, values, number: extend_version(
            version, by, values["reason"], until=values["until"], event_on=values["event_on"]
        ),
        ExtendForm,
    ),
    Step(
        "reannounce",
        _("重新公告"),
        _("复制当前版本为下一版本的草稿，修改后另行提交审批。原版本保留原网址。理由会公开显示。"),
        _("已建立新版本的草稿，请修改后提交审批。"),
        _may_announce_anew,
        lambda version, by, values, number: announce_anew(version, by, values["reason"]),
        ReasonForm,
    ),
    Step(
        "archive",
        _("归档"),
        _("归档后仍可公开查阅。"),
        _("已归档。"),
        _region_allows(may_administer, states=(VersionState.CLOSED,)),
        lambda version, by, values, number: archive_version(version, by),
    ),
    Step(
        "withdraw",
        _("撤回"),
        _("撤回后正文和文件不再公开，网址只保留撤回说明。此操作不能恢复。理由会公开显示。"),
        _("已撤回。"),
        _may_withdraw,
        lambda version, by, values, number: withdraw_version(version, by, values["reason"]),
        ReasonForm,
        is_grave=True,
    ),
    Step(
        "discard",
        _("删除草稿"),
        _("草稿和已上传的文件将被删除，不能恢复。"),
        _("草稿已删除。"),
        _region_allows(may_draft, may_administer, states=EDITABLE),
        _discard,
        is_grave=True,
    ),
)


def step_named(slug: str) -> Step | None:
    """The step of that name."""
    return next((step for step in STEPS if step.slug == slug), None)


def steps_for(person: User, version: NoticeVersion) -> list[Step]:
    """The steps that a person may take with a version now."""
    return [step for step in STEPS if step.may(person, version)]
