"""Run a check and keep what it found; a check that breaks off is kept as not checked."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal.core.audit.canonical import Fact
from portal.core.audit.record import record_event
from portal.core.integrity.enums import State
from portal.core.integrity.models import IntegrityCheck
from portal.core.integrity.registry import LISTED, Outcome, named

logger = logging.getLogger(__name__)


def run_queued(pk: int) -> None:
    """Do a queued run; nothing happens where it was done already."""
    check = IntegrityCheck.objects.filter(pk=pk, state=State.RUNNING).first()
    if check is None:
        return
    try:
        outcome = named(check.name).run()
    except Exception as problem:
        # Whatever the reason: officials must see that nothing was found out.
        logger.exception("integrity check %s broke off", check.name)
        give_up(check, type(problem).__name__)
        return
    _end(check, outcome)


def keep(name: str, outcome: Outcome, started: datetime) -> IntegrityCheck:
    """Keep a check that somebody ran by hand: it counts like one of the night."""
    check = IntegrityCheck.objects.create(name=name, started_at=started)
    _fill(check, outcome)
    return check


def give_up(check: IntegrityCheck, problem: str) -> None:
    """Mark a run as not finished."""
    check.state, check.finished_at, check.problem = State.CRASHED, timezone.now(), problem[:100]
    with transaction.atomic():
        check.save()
        _record(check)


def _end(check: IntegrityCheck, outcome: Outcome) -> None:
    with transaction.atomic():
        _fill(check, outcome)
        _record(check)
    if check.state == State.UNSOUND:
        logger.error("integrity check %s found %s differences", check.name, check.found)


def _fill(check: IntegrityCheck, outcome: Outcome) -> None:
    check.state = State.UNSOUND if outcome.found else State.SOUND
    check.finished_at = timezone.now()
    check.checked, check.found = outcome.checked, outcome.found
    check.findings = [asdict(finding) for finding in outcome.findings[:LISTED]]
    check.save()


def _record(check: IntegrityCheck) -> None:
    facts: dict[str, Fact] = {"check": check.name, "state": check.state, "found": check.found}
    record_event("integrity.checked", actor=None, target=None, facts=facts)
