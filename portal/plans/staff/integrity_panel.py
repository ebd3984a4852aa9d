"""What the nightly verification of the notices tells those who decide on them."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.integrity.models import IntegrityCheck
from portal.core.integrity.standing import standing_of
from portal.plans.nightly import NOTICES
from portal.plans.permissions import may_watch_integrity
from portal.plans.staff.listing import versions_of
from portal.staff.dashboard import DashboardRow, RowState
from portal.staff.integrity_rows import Subject, in_language, rows_of

MEND = gettext_lazy(
    "不要改动数据库与文件，保留现场并报告；从备份恢复原文件或原文本，再运行 manage.py verify_notices 核对。"
)


class NoticesIntegrityPanel:
    """For approvers and administrators of notices: whether texts and files are as approved."""

    title = gettext_lazy("公示内容核验")

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """Green, red, or not checked."""
        if not may_watch_integrity(user):
            return []
        standing = standing_of(NOTICES.name, timezone.now())
        subject = Subject(
            gettext_lazy("公示的文本与文件"),
            reverse("notices_staff:index"),
            MEND,
            NOTICES.at is not None,
        )
        verdict = standing.verdict
        return rows_of(standing, subject, _findings(user, verdict) if verdict else [])


def _findings(user: User, check: IntegrityCheck) -> list[DashboardRow]:
    """Those of the official's own divisions; of others, whose titles may not be public, the count."""
    targets = {finding["target"] for finding in check.findings}
    mine = dict(versions_of(user).filter(pk__in=targets).values_list("pk", "title"))
    rows = [
        DashboardRow(
            f"{mine[finding['target']]} · {in_language(finding)}",
            reverse("notices_staff:detail", args=[finding["target"]]),
            state=RowState.INCIDENT,
        )
        for finding in check.findings
        if finding["target"] in mine
    ]
    if others := check.found - len(rows):
        text = _("其他地区的公示，或未列出的差异：%(count)d处") % {"count": others}
        rows.append(DashboardRow(text, reverse("notices_staff:index"), state=RowState.INCIDENT))
    return rows
