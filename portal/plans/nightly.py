"""The verification of notices as a nightly check."""

from __future__ import annotations

from portal.core.integrity.registry import Check, Finding, Outcome
from portal.plans.verify import Verification, verify_notices

NAME = "notices"


def outcome_of(result: Verification) -> Outcome:
    """A verification as it is kept."""
    findings = [
        Finding(f"{each.where}：{each.zh}", f"{each.where}: {each.en}", each.version)
        for each in result.mismatches
    ]
    return Outcome(result.versions, len(findings), findings)


def run() -> Outcome:
    """Every text and every byte of every file."""
    return outcome_of(verify_notices())


NOTICES = Check(NAME, "VERIFY_NOTICES_AT", run)
