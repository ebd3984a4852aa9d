"""Runs of the leak audit over what was written for a release."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiles.releases.enums import AuditTrigger
from tiles.releases.models.release import Release


class AuditRunQuerySet(QuerySet["AuditRun"]):
    def finished(self) -> AuditRunQuerySet:
        return self.exclude(finished_at=None)

    def latest_full(self, releases: Iterable[str]) -> dict[str, AuditRun]:
        """The newest finished full run of each release that has one, without its report."""
        runs = self.finished().filter(release__in=releases, full=True).defer("report")
        # Oldest first, so that the newest of a release is what stays.
        return {run.release_id: run for run in runs.order_by("started_at", "pk")}


class AuditRun(models.Model):
    """One run of the leak audit (泄露审计) over what was written for a release.

    ``passed`` is None for a run that could not check everything, and while it runs.
    """

    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="audits", verbose_name=_("发布版本")
    )
    trigger = models.CharField(_("起因"), max_length=20, choices=AuditTrigger.choices)
    full = models.BooleanField(_("全面审计"))
    """Also every tile of every archive, and averaging over all outputs."""
    night = models.DateField(_("夜间审计日期"), null=True)
    """The local day on which a nightly run was due."""
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    started_at = models.DateTimeField(_("开始时间"), default=timezone.now)
    finished_at = models.DateTimeField(_("结束时间"), null=True)
    passed = models.BooleanField(_("通过"), null=True)
    report = models.JSONField(_("审计报告"), default=dict)
    objects = AuditRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(trigger__in=AuditTrigger.values), name="audit_run_trigger_known"
            ),
            models.CheckConstraint(
                condition=Q(night=None) ^ Q(trigger=AuditTrigger.NIGHTLY),
                name="audit_run_night_of_nightly_only",
            ),
            # However many workers look at the clock, a night has one run of a release.
            models.UniqueConstraint(fields=["release", "night"], name="audit_run_once_a_night"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at")),
                name="audit_run_ends_after_its_start",
            ),
            # A run that was killed must not leave a verdict behind.
            models.CheckConstraint(
                condition=Q(passed=None) | Q(finished_at__isnull=False),
                name="audit_run_verdict_at_the_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.trigger} {self.started_at:%Y-%m-%d %H:%M}"
