"""The hash chain of the audit log as a nightly check."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from portal.core.audit.verify import Verification, verify_chain
from portal.core.integrity.registry import Check, Finding, Outcome

NAME = "audit"


def outcome_of(result: Verification) -> Outcome:
    """A verification of the chain as it is kept."""
    findings = [Finding(difference.zh, difference.en) for difference in result.differences]
    return Outcome(result.events, result.found, findings)


def run() -> Outcome:
    """Walk the whole chain and hold it against its anchors."""
    return outcome_of(verify_chain(Path(settings.AUDIT_ANCHORS)))


AUDIT_CHAIN = Check(NAME, "VERIFY_AUDIT_AT", run)
