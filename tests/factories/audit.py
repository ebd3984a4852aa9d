"""The audit log of a test whose transaction is never committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models.signals import post_save

from portal.core.audit.anchors import drop_anchor
from portal.core.audit.models import AuditEvent


@contextmanager
def anchors_at_once() -> Iterator[None]:
    """Each event leaves its anchor when it is written, as if its transaction ended there."""

    def anchor(*, instance: AuditEvent, created: bool, **_kwargs: Any) -> None:
        if created:
            drop_anchor(instance.sequence, instance.hash)

    post_save.connect(anchor, sender=AuditEvent)
    try:
        yield
    finally:
        post_save.disconnect(anchor, sender=AuditEvent)
