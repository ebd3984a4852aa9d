"""Withdrawal: a release is served no longer and its data are removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from tiles.releases.enums import EventKind, ReleaseState
from tiles.releases.errors import NotAllowed, ReasonMissing, WrongState
from tiles.releases.models import Layer, Release, ReleaseEvent
from tiles.releases.permissions import may_approve
from tiles.releases.published import remove_archives, sync_directory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

WITHDRAWABLE = (ReleaseState.AWAITING_APPROVAL, ReleaseState.PUBLISHED)


def withdraw_release(release: Release, *, reason: str, by: User | None) -> None:
    """Take a release back for good: 410 for its tiles, features and archives deleted.

    The record with its reason stays. If it was in force the layer has none afterwards, until
    another is approved or rolled back to. ``by`` is None for the operator at the server's console.
    """
    if by is not None and not may_approve(by):
        raise NotAllowed(
            "该用户没有审批权限", "this user may not approve releases", where=release.pk
        )
    if not reason.strip():
        raise ReasonMissing("撤回必须说明原因", "a withdrawal needs a reason", where=release.pk)
    with transaction.atomic():
        done = Release.objects.filter(pk=release.pk, state__in=WITHDRAWABLE).update(
            state=ReleaseState.WITHDRAWN,
            withdrawn_at=timezone.now(),
            withdrawn_reason=reason.strip(),
            archives={},
        )
        if not done:
            raise WrongState(
                "此状态的版本不能撤回",
                "a release in this state cannot be withdrawn",
                where=release.pk,
            )
        Layer.objects.filter(current=release).update(current=None)
        release.features.all()._raw_delete(release.features.db)
        ReleaseEvent.objects.create(
            release=release, kind=EventKind.WITHDRAWN, by=by, note=reason.strip()
        )
    sync_directory()
    remove_archives(release)
    release.refresh_from_db()
