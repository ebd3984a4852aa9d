"""A notice: what stays the same through all its versions."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.regions.models import Region
from portal.plans.enums import NoticeKind, PlanLevel


class NoticeQuerySet(QuerySet["Notice"]):
    """Reads over notices."""

    def within(self, region: Region | None) -> NoticeQuerySet:
        """Notices of a division and of everything below it; None means the whole country."""
        return self.filter(region__path__startswith=region.path) if region else self


class Notice(models.Model):  # type: ignore[django-manager-missing]
    """A notice (公示): one announcement with its numbered versions.

    ``code`` is its address for ever: division, year and serial, such as ``990100-2026-0007``.
    """

    code = models.CharField(_("公示号"), max_length=30, unique=True, editable=False)
    region = models.ForeignKey(
        Region, verbose_name=_("行政区划"), on_delete=models.PROTECT, related_name="notices"
    )
    kind = models.CharField(_("类型"), max_length=20, choices=NoticeKind.choices)
    plan_level = models.CharField(
        _("规划类别"), max_length=10, choices=PlanLevel.choices, blank=True
    )
    follows = models.ForeignKey(
        "self",
        verbose_name=_("前一程序的公示"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followers",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    year = models.PositiveSmallIntegerField(editable=False)
    serial = models.PositiveIntegerField(editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示")
        verbose_name_plural = _("公示")
        constraints = [
            # Two notices under one number could not both be cited.
            models.UniqueConstraint(fields=["region", "year", "serial"], name="notice_number_once"),
        ]
        permissions = [
            ("draft_notice", _("起草公示")),
            ("approve_notice", _("审批公示")),
            ("administer_notice", _("重新公告与撤回公示")),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new notice the next number of its division and year."""
        if self.code:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            self._take_number()
            super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The address of the version in force."""
        return reverse("plans:notice", args=[self.code])

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """The kind in the reader's language; Django's own method translates all kinds to tell one."""
        return str(NoticeKind(self.kind).label)

    def _take_number(self) -> None:
        # Two officials at once: the row of the division is the queue in which they wait.
        Region.objects.select_for_update().get(pk=self.region_id)
        self.year = timezone.localtime(self.created_at).year
        earlier = Notice.objects.filter(region_id=self.region_id, year=self.year)
        self.serial = (earlier.aggregate(last=Max("serial"))["last"] or 0) + 1
        self.code = f"{self.region_id}-{self.year}-{self.serial:04d}"
