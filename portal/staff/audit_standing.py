"""What the nightly verification of the audit log tells the audit administrator."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.integrity.audit_chain import AUDIT_CHAIN
from portal.core.integrity.standing import standing_of
from portal.staff.dashboard import DashboardRow, RowState
from portal.staff.integrity_rows import Subject, in_language, rows_of
from portal.staff.permissions import may_read_log

MEND = _(
    "不要改动数据库与锚点文件，保留现场并报告；对照备份查明原因后，在审计日志页重新核验。"
    "恢复备份后须另存旧锚点文件，见运维文档。"
)


def audit_rows() -> list[DashboardRow]:
    """How the log stands, and each difference that was kept."""
    standing = standing_of(AUDIT_CHAIN.name, timezone.now())
    page = reverse("staff:audit")
    subject = Subject(_("审计日志"), page, MEND, is_on=AUDIT_CHAIN.at is not None)
    kept = standing.verdict.findings if standing.verdict else []
    findings = [DashboardRow(in_language(each), page, state=RowState.INCIDENT) for each in kept]
    return rows_of(standing, subject, findings)


class AuditChainPanel:
    """For the audit administrator: whether the log is whole."""

    title = _("审计日志核验")

    def rows(self, user: User) -> Sequence[DashboardRow]:
        """Green, red, or not checked."""
        return audit_rows() if may_read_log(user) else []
