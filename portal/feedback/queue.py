"""The officials' queue: which messages each tab shows, and how many there are."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from portal.feedback.enums import CLOSED, OPEN, State
from portal.feedback.models import MessageQuerySet
from portal.feedback.permissions import messages_for

Narrow = Callable[[User, datetime.date], Q]


@dataclass(frozen=True)
class Tab:
    """One view of the queue."""

    slug: str
    title: Any
    narrow: Narrow


TABS: tuple[Tab, ...] = (
    Tab("new", _("待受理"), lambda _person, _day: Q(state=State.NEW)),
    Tab("mine", _("我经办的"), lambda person, _day: Q(state=State.ASSIGNED, assignee=person)),
    Tab("assigned", _("办理中"), lambda _person, _day: Q(state=State.ASSIGNED)),
    Tab("late", _("已超期"), lambda _person, day: Q(state__in=OPEN, due_on__lt=day)),
    Tab("closed", _("已办结"), lambda _person, _day: Q(state__in=CLOSED)),
)


def tab_named(slug: str) -> Tab:
    """The tab of that name, the first one for an unknown name."""
    return next((tab for tab in TABS if tab.slug == slug), TABS[0])


def messages_in(tab: Tab, person: User, day: datetime.date) -> MessageQuerySet:
    """What a tab shows to a person, the most urgent first."""
    rows: MessageQuerySet = messages_for(person).filter(tab.narrow(person, day))  # type: ignore[assignment]
    return rows.due_first().select_related("assignee", "region")


def counts(person: User, day: datetime.date) -> dict[str, int]:
    """How many messages each tab holds, by one query."""
    wanted = {tab.slug: Count("pk", filter=tab.narrow(person, day)) for tab in TABS}
    found: dict[str, int] = messages_for(person).aggregate(**wanted)
    return found
