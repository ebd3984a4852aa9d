"""What feedback shows on an official's dashboard: messages to answer, the most urgent first."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.feedback.enums import State
from portal.feedback.models import Message
from portal.feedback.permissions import messages_for
from portal.staff.dashboard import DashboardRow, due_state, register_panel


class MessagesPanel:
    """New messages in an official's divisions, and those in the official's own hands."""

    title = _("留言")

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """One row a message."""
        waiting = Q(state=State.NEW) | Q(state=State.ASSIGNED, assignee=user)
        return [self._row(message) for message in messages_for(user).filter(waiting)]

    def _row(self, message: Message) -> DashboardRow:
        # The whole day still counts.
        due = timezone.make_aware(
            datetime.datetime.combine(message.due_on, datetime.time.max.replace(microsecond=0))
        )
        title = f"{message.receipt} · {message.get_kind_display()} · {message.get_topic_display()}"
        url = reverse("feedback_staff:detail", args=[message.pk])
        return DashboardRow(title, url, due, due_state(due))


def register_message_panel() -> None:
    """Called once the apps are ready."""
    register_panel(MessagesPanel())
