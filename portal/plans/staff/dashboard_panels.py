"""What of the notices awaits an official: decisions, own drafts, near ends, what is late."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.plans.enums import NoticeKind, VersionState
from portal.plans.models import Notice, NoticeVersion
from portal.plans.permissions import may_see_staff_pages
from portal.plans.staff.integrity_panel import NoticesIntegrityPanel
from portal.plans.staff.listing import (
    awaiting_my_decision,
    ending_within,
    my_work,
    versions_of,
)
from portal.staff.dashboard import DashboardRow, RowState

MOST = 50
DECIDE_WITHIN = datetime.timedelta(days=3)
"""A text that waits longer than this is late: its planned minute of publication may have gone."""

ANSWER_WITHIN = datetime.timedelta(days=30)
"""After the period: until then the office should have published what became of the opinions."""

ASKS_FOR_OPINIONS = (NoticeKind.DRAFT_PLAN, NoticeKind.PRE_APPROVAL, NoticeKind.AMENDMENT)
ANSWERS = (NoticeKind.OPINIONS_RESULT, NoticeKind.APPROVED_PLAN)


def _page(version: NoticeVersion) -> str:
    return reverse("notices_staff:detail", args=[version.pk])


def _end_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59)))


class DecisionsPanel:
    """Submitted versions that this official may decide on."""

    title = gettext_lazy("待我审批的公示")

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """Late where its minute of publication has gone, or it waits for days."""
        if not may_see_staff_pages(user):
            return []
        return [self._row(version) for version in awaiting_my_decision(user)[:MOST]]

    def _row(self, version: NoticeVersion) -> DashboardRow:
        waited = (version.submitted_at or timezone.now()) + DECIDE_WITHIN
        due = min(version.publish_at, waited) if version.publish_at else waited
        state = RowState.LATE if due < timezone.now() else RowState.WAITING
        return DashboardRow(version.title, _page(version), due, state)


class WorkPanel:
    """Drafts of this official, and what came back to them."""

    title = gettext_lazy("我起草的公示")

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """What came back first."""
        if not may_see_staff_pages(user):
            return []
        return [
            DashboardRow(
                f"{version.get_state_display()}：{version.title}",
                _page(version),
                None,
                RowState.SOON if version.state == VersionState.RETURNED else RowState.WAITING,
            )
            for version in my_work(user)[:MOST]
        ]


class EndsPanel:
    """Public periods that end within five days: the last chance to extend them."""

    title = gettext_lazy("五日内截止的公示")

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """The next to end first."""
        if not may_see_staff_pages(user):
            return []
        ending = ending_within(versions_of(user), timezone.localdate()).ending_soonest()[:MOST]
        return [
            DashboardRow(version.title, _page(version), _end_of(version.closes_on), RowState.SOON)
            for version in ending
            if version.closes_on
        ]


class OverduePanel:
    """What the law wants and is not there: a publication, or what became of the opinions."""

    title = gettext_lazy("逾期未办的公示")

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """Approved but not public; over for 30 days without a result of the opinions."""
        if not may_see_staff_pages(user):
            return []
        return [*self._unpublished(user), *self._unanswered(user)]

    def _unpublished(self, user: User) -> Iterable[DashboardRow]:
        # The worker publishes within seconds: what is due for minutes tells that it stands still.
        since = timezone.now() - datetime.timedelta(minutes=5)
        for version in versions_of(user).due_at(since)[:MOST]:
            title = _("已批准但未按时发布：%(title)s") % {"title": version.title}
            yield DashboardRow(title, _page(version), version.publish_at, RowState.LATE)

    def _unanswered(self, user: User) -> Iterable[DashboardRow]:
        before = timezone.localdate() - ANSWER_WITHIN
        public = NoticeVersion.objects.public().filter(notice=OuterRef("pk"))
        answers = Notice.objects.filter(
            Exists(public), follows=OuterRef("notice"), kind__in=ANSWERS
        )
        # A version that was superseded is answered for by the newer one.
        asked = versions_of(user).filter(
            pk__in=NoticeVersion.objects.standing(),
            state=VersionState.CLOSED,
            notice__kind__in=ASKS_FOR_OPINIONS,
        )
        over = asked.closed_on(before).exclude(Exists(answers))
        for version in over.order_by("closes_on")[:MOST]:
            title = _("期满未公布意见采纳情况：%(title)s") % {"title": version.title}
            due = _end_of(version.closes_on + ANSWER_WITHIN) if version.closes_on else None
            yield DashboardRow(title, _page(version), due, RowState.LATE)


PANELS = (DecisionsPanel(), WorkPanel(), EndsPanel(), OverduePanel(), NoticesIntegrityPanel())
