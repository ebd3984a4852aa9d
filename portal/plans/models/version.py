"""A numbered version of a notice: a text that freezes, and the clock that runs on it."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from portal.core.fields import BodyField
from portal.core.map_link import Bounds
from portal.core.models import in_english
from portal.plans.blocks import NoticeBodyBlock
from portal.plans.clock import CountingRule
from portal.plans.enums import ANNOUNCED, EDITABLE, NoticeStatus, PeriodUnit, VersionState
from portal.plans.errors import FrozenText
from portal.plans.models.notice import Notice
from portal.plans.models.version_queries import FOOTPRINT_SRID, VersionQuerySet

CONTENT_FIELDS = (
    "number",
    "title",
    "title_en",
    "reference",
    "summary",
    "summary_en",
    "body",
    "how_to_object",
    "place",
    "footprint",
    "contact_office",
    "contact_phone",
    "contact_address",
    "contact_email",
    "source",
    "change_reason",
    "period_amount",
    "period_unit",
    "period_excludes_first_day",
    "period_ends_on_working_day",
    "period_basis",
)
"""What freezes when a version is submitted: the whole text, and how its days are counted."""


class NoticeVersion(ClusterableModel):
    """A version of a notice (公示版本). From submission on its text and files are read-only."""

    notice = models.ForeignKey(
        Notice, verbose_name=_("公示"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("版本"), default=1, editable=False)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=VersionState.choices,
        default=VersionState.DRAFT,
        editable=False,
    )

    title = models.CharField(_("标题"), max_length=200)
    title_en = models.CharField(_("英文标题"), max_length=255, blank=True)
    reference = models.CharField(_("文号"), max_length=60, blank=True)
    summary = models.CharField(_("摘要"), max_length=300)
    summary_en = models.CharField(_("英文摘要"), max_length=500, blank=True)
    body = BodyField(NoticeBodyBlock(), verbose_name=_("正文"), blank=True)
    how_to_object = models.TextField(_("如何提出意见"), blank=True)
    place = models.CharField(_("位置说明"), max_length=200, blank=True)
    footprint = GeometryField(_("位置范围"), srid=FOOTPRINT_SRID, null=True, blank=True)
    contact_office = models.CharField(_("联系单位"), max_length=120, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=60, blank=True)
    contact_address = models.CharField(_("联系地址"), max_length=200, blank=True)
    contact_email = models.EmailField(_("电子邮箱"), blank=True)
    source = models.CharField(_("发布机关"), max_length=120, blank=True)
    change_reason = models.CharField(_("变更说明"), max_length=300, blank=True)

    period_amount = models.PositiveSmallIntegerField(_("公示天数"), null=True, blank=True)
    period_unit = models.CharField(
        _("计算方式"), max_length=10, choices=PeriodUnit.choices, blank=True
    )
    period_excludes_first_day = models.BooleanField(_("公告当日不计入"), default=True)
    period_ends_on_working_day = models.BooleanField(_("末日遇节假日顺延"), default=False)
    period_basis = models.CharField(_("法律依据"), max_length=200, blank=True)

    publish_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    opens_on = models.DateField(_("公示开始"), null=True, editable=False)
    first_closes_on = models.DateField(_("最初的截止日"), null=True, editable=False)
    closes_on = models.DateField(_("公示截止（含当日）"), null=True, editable=False)

    superseded_at = models.DateTimeField(null=True, editable=False)
    """The minute from which the next version is the one in force."""

    content_hash = models.CharField(_("内容校验值"), max_length=64, blank=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("起草人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提交人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("审批人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    edit_number = models.PositiveIntegerField(default=0, editable=False)
    """Counts the changes: a form that was opened on an older one is refused."""

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示版本")
        verbose_name_plural = _("公示版本")
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="version_number_once"),
            # Two drafts at once would both become version n+1.
            models.UniqueConstraint(
                fields=["notice"],
                condition=Q(state__in=["draft", "returned", "awaiting", "approved"]),
                name="version_in_work_once",
            ),
            # Four eyes: who wrote or submitted it cannot be who approved it.
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (~Q(approved_by=F("submitted_by")) & ~Q(approved_by=F("author"))),
                name="version_four_eyes",
            ),
            # Whatever the public can read was approved by somebody, and proven by its hash.
            models.CheckConstraint(
                condition=Q(state__in=["draft", "returned", "awaiting"])
                | (
                    Q(approved_by__isnull=False)
                    & Q(submitted_by__isnull=False)
                    & Q(publish_at__isnull=False)
                    & ~Q(content_hash="")
                ),
                name="version_public_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="version_period_in_order",
            ),
            # A period is whole, or there is none.
            models.CheckConstraint(
                condition=Q(period_amount=None, period_unit="")
                | (Q(period_amount__gte=1) & ~Q(period_unit="")),
                name="version_period_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "closes_on"], name="version_state_closes"),
            models.Index(fields=["state", "publish_at"], name="version_state_publish"),
            models.Index(fields=["opens_on", "closes_on"], name="version_period"),
        ]

    def __str__(self) -> str:
        return f"{self.notice.code} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to change a frozen text. The database refuses too, whatever comes around this."""
        if self.pk and not kwargs.get("force_insert"):
            self._refuse_frozen_change()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The address of this very version."""
        return reverse("plans:version", args=[self.notice.code, self.number])

    def _refuse_frozen_change(self) -> None:
        kept = type(self).objects.filter(pk=self.pk).first()
        if kept is None or kept.state in EDITABLE:
            return
        for name in CONTENT_FIELDS:
            if self._kept_value(name) != kept._kept_value(name):
                raise FrozenText(
                    f"{kept}已提交，“{self._meta.get_field(name).verbose_name}”不可更改；请新建下一版本",
                    f"{kept} was submitted, its {name} cannot change: make the next version",
                )

    def _kept_value(self, name: str) -> Any:
        value = getattr(self, name)
        if name == "body":
            return self._meta.get_field("body").get_prep_value(value)
        return value.wkb if name == "footprint" and value else value

    # -- reading

    @property
    def display_title(self) -> str:
        """The title in the reader's language."""
        return self.title_en if in_english() and self.title_en else self.title

    @property
    def title_language(self) -> str:
        """The language that ``display_title`` is written in, for the ``lang`` attribute."""
        return "en" if in_english() and self.title_en else "zh-Hans"

    @property
    def display_summary(self) -> str:
        """The summary in the reader's language."""
        return self.summary_en if in_english() and self.summary_en else self.summary

    @property
    def rule(self) -> CountingRule | None:
        """How the days of the public period are counted; None where there is no period."""
        if self.period_amount is None:
            return None
        return CountingRule(
            self.period_amount,
            PeriodUnit(self.period_unit),
            self.period_excludes_first_day,
            self.period_ends_on_working_day,
        )

    @property
    def bounds(self) -> Bounds | None:
        """``(west, south, east, north)`` of the footprint in degrees, or None."""
        return self.footprint.extent if self.footprint else None

    @property
    def is_editable(self) -> bool:
        """Whether the text may still change."""
        return self.state in EDITABLE

    @property
    def is_withdrawn(self) -> bool:
        """Whether only a tombstone is left."""
        return self.state == VersionState.WITHDRAWN

    @property
    def is_public(self) -> bool:
        """Whether the public may read it now."""
        if self.publish_at is None or self.publish_at > timezone.now():
            return False
        return self.state in (VersionState.APPROVED, *ANNOUNCED)

    @property
    def published_on(self) -> datetime.date | None:
        """The local day of publication, for the meta tags."""
        return timezone.localdate(self.publish_at) if self.publish_at else None

    def status_on(self, day: datetime.date) -> NoticeStatus:
        """Where the public period stands on ``day``."""
        if self.is_withdrawn:
            return NoticeStatus.WITHDRAWN
        if self.opens_on and day < self.opens_on:
            return NoticeStatus.UPCOMING
        if self.closes_on is None:
            return NoticeStatus.STANDING
        return NoticeStatus.OPEN if day <= self.closes_on else NoticeStatus.CLOSED

    @property
    def status(self) -> NoticeStatus:
        """Where the public period stands today."""
        return self.status_on(timezone.localdate())

    @property
    def days_left(self) -> int | None:
        """Days after today until the last day of the period; 0 on the last day itself."""
        if self.closes_on is None or self.status != NoticeStatus.OPEN:
            return None
        return (self.closes_on - timezone.localdate()).days
