"""Editions: one amended version of a regulation, and the days on which it is in force."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.regions.models import Region
from portal.policies.enums import DateBasis, Validity
from portal.policies.models.regulation import Regulation, holds_at


class EditionQuerySet(QuerySet["Edition"]):
    """Reads over editions. Each edition is in exactly one of the four states on a day."""

    def seen_from(self, node: Region | None) -> EditionQuerySet:
        """The editions of texts that hold where a node publishes."""
        return self.filter(holds_at(node, "regulation__region"))

    def in_force_on(self, day: datetime.date) -> EditionQuerySet:
        """Known to be in force on ``day``. One that ended on an unknown day was until replaced."""
        return self.filter(_holds_after(day), in_force_from__lte=day)

    def not_yet_in_force(self, day: datetime.date) -> EditionQuerySet:
        """Promulgated, and in force from a day after ``day``."""
        return self.filter(_holds_after(F("in_force_from")), in_force_from__gt=day)

    def expired(self, day: datetime.date) -> EditionQuerySet:
        """Repealed, replaced by a later edition, or never in force at all."""
        never = Q(in_force_from__isnull=False) & ~_holds_after(F("in_force_from"))
        return self.filter(~_holds_after(day) | never)

    def of_unknown_date(self, day: datetime.date) -> EditionQuerySet:
        """Nothing says since when; not known to have ended. Shown as unknown, never as in force."""
        return self.filter(_holds_after(day), in_force_from=None)


def _holds_after(day: datetime.date | F) -> Q:
    """Not known to have ended by ``day``."""
    sure = Q(replaced_on__isnull=False, replaced_on__gt=day)
    return Q(in_force_to__isnull=False, in_force_to__gt=day) | Q(
        Q(ended=False) | sure, in_force_to=None
    )


class Edition(models.Model):
    """An edition (版本): the text as promulgated or as amended on one day."""

    regulation = models.ForeignKey(
        Regulation, verbose_name=_("法规"), on_delete=models.CASCADE, related_name="editions"
    )
    slug = models.SlugField(_("网址名"), max_length=20)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    promulgated_on = models.DateField(_("公布日期"), null=True, blank=True)
    in_force_from = models.DateField(_("施行日期"), null=True, blank=True)
    basis = models.CharField(
        _("施行日期依据"), max_length=14, choices=DateBasis.choices, default=DateBasis.UNKNOWN
    )
    repealed = models.BooleanField(
        _("已废止"), default=False, help_text=_("来源或工作人员注明已失效；日期可以不详。")
    )
    repealed_on = models.DateField(
        _("废止日期"), null=True, blank=True, help_text=_("自该日起不再有效。")
    )
    term_ends_on = models.DateField(
        _("有效期届满日期"),
        null=True,
        blank=True,
        help_text=_("正文载明有效期的，填有效期最后一日的次日；自该日起不再有效。"),
    )
    # These follow from the fields above and from the next edition: see ``arrange``.
    in_force_to = models.DateField(_("失效日期"), null=True, blank=True, editable=False)
    ended = models.BooleanField(_("已失效"), default=False, editable=False)
    replaced_on = models.DateField(_("被新版本取代的日期"), null=True, blank=True, editable=False)
    """Where ``in_force_to`` is unknown: until this day, on which the text that replaced it was
    promulgated, it held all the same."""
    history = models.TextField(_("题注（制定与修改沿革）"), blank=True)
    content_hash = models.CharField(_("内容哈希"), max_length=64, editable=False)
    article_count = models.PositiveIntegerField(_("条数"), default=0, editable=False)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("版本")
        verbose_name_plural = _("版本")
        ordering = ("regulation", "position")
        constraints = [
            models.UniqueConstraint(fields=["regulation", "slug"], name="edition_slug_once"),
            # One amendment a day: two texts of one day could both claim to be in force.
            models.UniqueConstraint(
                fields=["regulation", "promulgated_on"],
                condition=Q(promulgated_on__isnull=False),
                name="edition_day_once",
            ),
            # Equal days mean: replaced before it ever came into force.
            models.CheckConstraint(
                condition=Q(in_force_from=None)
                | Q(in_force_to=None)
                | Q(in_force_to__gte=F("in_force_from")),
                name="edition_days_in_order",
            ),
            # A date that nobody can trace is a guess.
            models.CheckConstraint(
                condition=Q(in_force_from=None, basis=DateBasis.UNKNOWN)
                | (Q(in_force_from__isnull=False) & ~Q(basis=DateBasis.UNKNOWN))
                | Q(basis=DateBasis.STAFF),
                name="edition_date_has_a_basis",
            ),
        ]
        indexes = [models.Index(fields=["in_force_from", "in_force_to"], name="edition_days")]

    def __str__(self) -> str:
        return f"{self.regulation} ({self.slug})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The address follows from the day, unless it was given."""
        if not self.slug:
            self.slug = edition_slug(self.promulgated_on)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The page of this edition, whether in force or not."""
        return reverse("policies:edition", args=(self.regulation.slug, self.slug))

    def validity_on(self, day: datetime.date) -> Validity:
        """Where this edition stands on ``day``; the same rules as the query set's."""
        start, end = self.in_force_from, self.in_force_to or self.replaced_on
        if end is None and self.ended:
            return Validity.ENDED
        if end is not None and (end <= day or (start is not None and end <= start)):
            return Validity.ENDED
        if start is None:
            return Validity.UNKNOWN
        return Validity.NOT_YET if start > day else Validity.IN_FORCE


def edition_slug(promulgated_on: datetime.date | None) -> str:
    """The address of an edition: its day, or ``undated``."""
    return promulgated_on.isoformat() if promulgated_on else "undated"


class EditionSource(models.Model):
    """A file (来源文件) that an edition was imported from; more than one where a code comes in volumes."""

    edition = models.ForeignKey(
        Edition, verbose_name=_("版本"), on_delete=models.CASCADE, related_name="sources"
    )
    file_name = models.CharField(_("文件名"), max_length=300)
    sha256 = models.CharField("SHA-256", max_length=64)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("来源文件")
        verbose_name_plural = _("来源文件")
        ordering = ("edition", "position")
        constraints = [
            # The same bytes twice in one edition would be counted twice.
            models.UniqueConstraint(fields=["edition", "sha256"], name="edition_source_once"),
        ]
        indexes = [models.Index(fields=["sha256"], name="edition_source_sha256")]

    def __str__(self) -> str:
        return self.file_name
