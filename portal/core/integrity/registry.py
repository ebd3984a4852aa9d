"""What is checked at night: each part registers its check when its app is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time

from django.conf import settings

LISTED = 100
"""Findings that are kept; all are counted."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was. ``target``: the key of the object, where there is one."""

    zh: str
    en: str
    target: int | None = None


@dataclass(frozen=True)
class Outcome:
    """How much was checked (``checked``), how much of it is wrong (``found``), and what."""

    checked: int
    found: int
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Check:
    """A check by its name; ``setting`` names the setting with its time of day."""

    name: str
    setting: str
    run: Callable[[], Outcome]

    @property
    def at(self) -> time | None:
        """The local time at which it is due every night; None: never."""
        moment: time | None = getattr(settings, self.setting)
        return moment


_checks: dict[str, Check] = {}


def register(check: Check) -> None:
    """Have a check run every night."""
    _checks[check.name] = check


def registered() -> list[Check]:
    """All checks, in the order of their registration."""
    return list(_checks.values())


def named(name: str) -> Check:
    """The check of that name. Raises ``KeyError``."""
    return _checks[name]
