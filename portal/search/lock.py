"""One writer at a time over the index, and the stamp that tells readers that it changed."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from portal.search.models import ONLY_ROW, IndexState


@contextlib.contextmanager
def changing() -> Iterator[IndexState]:
    """The state, to change within a transaction of which other writers wait for the end.

    Saves the state with a new stamp when the block ends well.
    """
    with transaction.atomic():
        # A write takes the lock on both engines; SQLite knows no SELECT ... FOR UPDATE.
        if not IndexState.objects.filter(pk=ONLY_ROW).update(changed_at=timezone.now()):
            IndexState.objects.create(pk=ONLY_ROW)
        state = IndexState.objects.get(pk=ONLY_ROW)
        yield state
        state.stamp = uuid.uuid4().hex
        state.changed_at = timezone.now()
        state.save()


def current_state() -> IndexState:
    """The state that a reader begins with; before the first change, an empty one."""
    return IndexState.objects.filter(pk=ONLY_ROW).first() or IndexState(pk=ONLY_ROW)
