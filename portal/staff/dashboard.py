"""What awaits an official (工作台): each part of the site registers panels of its own.

A panel is any object with a ``title`` and ``rows(user)``; parts register theirs when their app is
ready::

    register_panel(AwaitingApproval())

Rows are few and already sorted by the panel; the dashboard puts what is late first. Panels come in
the order of their registration, but those with an incident before all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.contrib.auth.models import User
from django.utils import timezone


class RowState(StrEnum):
    """How urgent a row is: incident (安全事件), late (已逾期), unchecked (未检查), soon (即将到期),
    waiting (待办), plain (知悉), sound (完好).
    """

    INCIDENT = "incident"
    LATE = "late"
    UNCHECKED = "unchecked"
    SOON = "soon"
    WAITING = "waiting"
    PLAIN = "plain"
    SOUND = "sound"


URGENCY = list(RowState)
ROWS_SHOWN = 10


@dataclass(frozen=True)
class DashboardRow:
    """One line: where it leads, until when, how urgent, and of how many things it speaks.

    ``note`` says what to do about it, where that is not plain.
    """

    title: str
    url: str
    due: datetime | None = None
    state: RowState = RowState.WAITING
    count: int = 1
    note: str = ""

    @property
    def order(self) -> tuple[int, float]:
        """By urgency, late before soon before waiting; the earlier due first."""
        due = self.due.timestamp() if self.due else float("inf")
        return (URGENCY.index(self.state), due)


class DashboardPanel(Protocol):
    """A part's view of what awaits an official."""

    title: Any

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """The rows for this official; none where the part is not theirs."""


_panels: list[DashboardPanel] = []


def register_panel(panel: DashboardPanel) -> None:
    """Have a panel on every official's dashboard."""
    _panels.append(panel)


def registered_panels() -> list[DashboardPanel]:
    """All panels in the order of their registration."""
    return list(_panels)


@dataclass(frozen=True)
class ShownPanel:
    """A panel with its rows for one official; ``more`` counts those left out."""

    title: Any
    rows: list[DashboardRow]
    more: int


@dataclass(frozen=True)
class Dashboard:
    """All panels that have something to say, and the sums above them."""

    panels: list[ShownPanel]
    waiting: int
    soon: int
    late: int


def dashboard_for(user: User, panels: Iterable[DashboardPanel] | None = None) -> Dashboard:
    """The dashboard of one official."""
    shown = []
    sums = dict.fromkeys(RowState, 0)
    for panel in _panels if panels is None else panels:
        rows = sorted(panel.rows(user), key=lambda row: row.order)
        for row in rows:
            sums[row.state] += row.count
        if rows:
            shown.append(ShownPanel(panel.title, rows[:ROWS_SHOWN], max(0, len(rows) - ROWS_SHOWN)))
    shown.sort(key=lambda panel: panel.rows[0].state != RowState.INCIDENT)
    return Dashboard(shown, sums[RowState.WAITING], sums[RowState.SOON], sums[RowState.LATE])


def due_state(due: datetime | None, *, soon_days: int = 3) -> RowState:
    """How urgent a due moment makes a row."""
    if due is None:
        return RowState.WAITING
    left = due - timezone.now()
    if left.total_seconds() < 0:
        return RowState.LATE
    return RowState.SOON if left.days < soon_days else RowState.WAITING
