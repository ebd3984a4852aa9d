"""Where a check stands now: sound, not sound, or not checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.core.integrity.enums import State
from portal.core.integrity.models import IntegrityCheck

FRESH = timedelta(hours=26)
"""A night and two hours: what is older says nothing about today."""


@dataclass(frozen=True)
class Standing:
    """The newest run that found something out, and the newest one that ended at all."""

    verdict: IntegrityCheck | None
    newest: IntegrityCheck | None
    now: datetime

    @property
    def is_unsound(self) -> bool:
        """A difference stands until a later run finds none, however old it is."""
        return self.verdict is not None and self.verdict.state == State.UNSOUND

    @property
    def is_unchecked(self) -> bool:
        """Never, not for 26 hours, or the newest run broke off."""
        at = self.verdict.finished_at if self.verdict else None
        return at is None or self.is_crashed or self.now - at > FRESH

    @property
    def is_crashed(self) -> bool:
        """Whether the newest run broke off."""
        return self.newest is not None and self.newest.state == State.CRASHED


def standing_of(name: str, now: datetime) -> Standing:
    """The standing of the check of that name."""
    ended = IntegrityCheck.objects.of(name).exclude(state=State.RUNNING)
    newest = ended.first()
    is_verdict = newest is None or newest.state != State.CRASHED
    return Standing(newest if is_verdict else ended.with_verdict().first(), newest, now)
