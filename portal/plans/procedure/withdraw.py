"""Withdraw an announced notice: its address keeps a tombstone that says when and why; archive one."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from portal.plans.enums import EventKind, VersionState
from portal.plans.models import NoticeVersion
from portal.plans.permissions import may_administer
from portal.plans.procedure.step import (
    locked,
    move,
    note,
    require,
    require_public,
    require_reason,
    require_state,
)
from portal.plans.published import announce

WITHDRAWABLE = (
    VersionState.APPROVED,
    VersionState.PUBLISHED,
    VersionState.CLOSED,
    VersionState.ARCHIVED,
)


@transaction.atomic
def withdraw_version(version: NoticeVersion, by: User, reason: str) -> NoticeVersion:
    """Take the text and files of a version off the site.

    Before its minute a version is returned instead: a tombstone would announce what never was
    public. Raises ``NotAllowed``, ``WrongState``.
    """
    reason = require_reason(reason)
    version = locked(version)
    _require_administrator(version, by)
    require_state(version, WITHDRAWABLE)
    require_public(version)
    move(version, VersionState.WITHDRAWN)
    note(version, EventKind.WITHDRAWN, by, reason=reason)
    announce(version)
    return version


@transaction.atomic
def archive_version(version: NoticeVersion, by: User) -> NoticeVersion:
    """File a closed version away; it stays readable. Raises ``NotAllowed``, ``WrongState``."""
    version = locked(version)
    _require_administrator(version, by)
    require_state(version, (VersionState.CLOSED,))
    move(version, VersionState.ARCHIVED)
    note(version, EventKind.ARCHIVED, by)
    return version


def _require_administrator(version: NoticeVersion, by: User) -> None:
    require(
        may_administer(by, version.notice.region),
        "只有公示管理员可以撤回或归档公示",
        "only an administrator of notices withdraws or files away",
    )
