"""Rollback: an earlier release of a layer comes back into force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tiles.releases.enums import EventKind, ReleaseState
from tiles.releases.errors import NotAllowed, WrongState
from tiles.releases.intake import layer_facts
from tiles.releases.models import Layer, Release, ReleaseEvent
from tiles.releases.permissions import may_approve
from tiles.releases.published import sync_directory

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def roll_back(layer: Layer, *, to: Release, by: User | None) -> None:
    """Put an earlier published release of a layer back into force.

    ``by`` is None for the operator at the server's console, whose authority is the machine's own.
    """
    if by is not None and not may_approve(by):
        raise NotAllowed("该用户没有审批权限", "this user may not approve releases", where=to.pk)
    with transaction.atomic():
        target = Release.objects.select_for_update().get(pk=to.pk)
        if target.layer_id != layer.pk or target.state != ReleaseState.PUBLISHED:
            raise WrongState(
                "只能回退到本图层已发布且未撤回的版本",
                "a layer can only go back to a published release of its own that was not withdrawn",
                where=to.pk,
                mend_zh="用 release_list 查看可用版本",
                mend_en="see release_list for the releases there are",
            )
        Layer.objects.filter(pk=layer.pk).update(current=target, **layer_facts(target.profile))
        ReleaseEvent.objects.create(release=target, kind=EventKind.ROLLED_BACK, by=by)
    sync_directory()
