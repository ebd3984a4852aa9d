"""One run of a check, and what it found."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.integrity.enums import VERDICTS, State


class IntegrityCheckQuerySet(QuerySet["IntegrityCheck"]):
    """Reads over the runs."""

    def of(self, name: str) -> IntegrityCheckQuerySet:
        """Runs of one check, what ended last first; what is running comes after them."""
        return self.filter(name=name).order_by(models.F("finished_at").desc(nulls_last=True), "-pk")

    def with_verdict(self) -> IntegrityCheckQuerySet:
        """Runs that came to their end and found something out."""
        return self.filter(state__in=VERDICTS)


class IntegrityCheck(models.Model):
    """A run of a check (核验记录): by night, or by hand (no ``night``)."""

    name = models.CharField(_("核验项目"), max_length=20)
    night = models.DateField(_("日期"), null=True)
    state = models.CharField(_("结果"), max_length=10, choices=State.choices, default=State.RUNNING)
    attempts = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField(_("开始时间"), default=timezone.now)
    finished_at = models.DateTimeField(_("核验时间"), null=True)
    checked = models.PositiveBigIntegerField(_("核验数量"), default=0)
    found = models.PositiveBigIntegerField(_("差异数量"), default=0)
    findings: Any = models.JSONField(_("差异"), default=list)
    # The kind of the error alone: its text may hold what does not belong on a page.
    problem = models.CharField(_("未完成的原因"), max_length=100, blank=True)

    objects = IntegrityCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("核验记录")
        verbose_name_plural = _("核验记录")
        default_permissions = ()
        constraints = [
            # Several workers look at the same clock.
            models.UniqueConstraint(fields=["name", "night"], name="integrity_once_a_night"),
            # No run counts as sound before it has ended, and none that found something.
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, finished_at=None)
                | Q(state=State.SOUND, finished_at__isnull=False, found=0)
                | Q(state=State.UNSOUND, finished_at__isnull=False, found__gt=0)
                | Q(state=State.CRASHED, finished_at__isnull=False),
                name="integrity_verdict_has_end",
            ),
        ]
        indexes = [models.Index(fields=["name", "-finished_at"], name="integrity_newest")]

    def __str__(self) -> str:
        return f"{self.name} {self.night or self.started_at:%Y-%m-%d}"
