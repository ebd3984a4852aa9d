"""Regulations: the abstract text that its editions amend."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.models import in_english
from portal.core.regions.models import Region
from portal.policies.enums import RegulationKind, Validity
from portal.policies.names import name_key, short_name, slug_base

if TYPE_CHECKING:
    from portal.policies.models.edition import Edition


def holds_at(node: Region | None, region: str = "region") -> Q:
    """What holds where a node publishes: what is its own, what is above it and what is below it.

    ``region``: the relation to the division.
    """
    if node is None:
        return Q()
    below = Q(**{f"{region}__path__startswith": node.path})
    return below | Q(**{f"{region}__in": node.ancestor_codes})


class RegulationQuerySet(QuerySet["Regulation"]):
    """Reads over regulations."""

    def newest_first(self) -> RegulationQuerySet:
        """The latest promulgation of any edition first, undated ones last."""
        return self.annotate(latest_on=Max("editions__promulgated_on")).order_by(
            F("latest_on").desc(nulls_last=True), "pk"
        )

    def seen_from(self, node: Region | None) -> RegulationQuerySet:
        """The texts that hold where a node publishes."""
        return self.filter(holds_at(node))

    def standing(self, validity: str, day: datetime.date) -> RegulationQuerySet:
        """Regulations of which the edition that counts on ``day`` stands at ``validity``.

        Each regulation has exactly one of the four: any edition in force; else any to come; else
        any of unknown date; else all have ended.
        """
        from portal.policies.models.edition import Edition  # noqa: PLC0415 - models in a ring

        own = Edition.objects.filter(regulation=OuterRef("pk"))
        in_force = Q(Exists(own.in_force_on(day)))
        to_come = Q(Exists(own.not_yet_in_force(day)))
        unknown = Q(Exists(own.of_unknown_date(day)))
        return self.filter(
            {
                Validity.IN_FORCE: in_force,
                Validity.NOT_YET: ~in_force & to_come,
                Validity.UNKNOWN: ~in_force & ~to_come & unknown,
                Validity.ENDED: ~in_force & ~to_come & ~unknown,
            }[Validity(validity)]
        )


class Regulation(models.Model):
    """A regulation (法规): law, ordinance, rule, interpretation or other text, whatever its edition."""

    title = models.CharField(_("名称"), max_length=300)
    title_en = models.CharField(_("英文名称"), max_length=400, blank=True)
    aliases = models.TextField(
        _("简称与别名"), blank=True, help_text=_("每行一个；引用时写哪个名称都能找到。")
    )
    slug = models.SlugField(_("网址名"), max_length=80, unique=True)
    key = models.CharField(_("名称识别码"), max_length=300, editable=False)
    kind = models.CharField(_("类型"), max_length=20, choices=RegulationKind.choices)
    issuer = models.CharField(_("制定机关"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=_("适用区域"), on_delete=models.PROTECT, related_name="regulations"
    )
    topic = models.CharField(_("主题分类"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("入库时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = RegulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("法规")
        verbose_name_plural = _("法规")
        ordering = ("pk",)
        permissions = [("edit_policy", _("维护政策法规"))]
        constraints = [
            # Two regulations of one name and place would each show half of the editions.
            models.UniqueConstraint(fields=["region", "key"], name="regulation_once"),
        ]
        indexes = [
            models.Index(fields=["kind"], name="regulation_kind"),
            models.Index(fields=["topic"], name="regulation_topic"),
            models.Index(fields=["issuer"], name="regulation_issuer"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what follows from the title true."""
        self.key = name_key(self.title)
        if not self.slug:
            self.slug = free_slug(self.title, self.pk)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The page of the edition that is in force today."""
        return reverse("policies:regulation", args=(self.slug,))

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """The kind in the reader's language; Django's own method translates all kinds to tell one."""
        return str(RegulationKind(self.kind).label)

    @property
    def display_title(self) -> str:
        """The title in the reader's language; the Chinese one where there is no English one."""
        return self.title_en if in_english() and self.title_en else self.title

    @property
    def title_language(self) -> str:
        """The language that ``display_title`` is written in, for the ``lang`` attribute."""
        return "en" if in_english() and self.title_en else "zh-Hans"

    @property
    def names(self) -> list[str]:
        """Every name under which a text may cite this one, the full title first."""
        given = [line.strip() for line in self.aliases.splitlines() if line.strip()]
        return list(dict.fromkeys([self.title, short_name(self.title), *given]))

    def edition_on(
        self, day: datetime.date, editions: Sequence[Edition] | None = None
    ) -> Edition | None:
        """The edition that is in force on ``day``; the latest where dates overlap by mistake."""
        known = list(self.editions.all()) if editions is None else editions
        in_force = [each for each in known if each.validity_on(day) == Validity.IN_FORCE]
        return max(in_force, key=lambda each: each.position, default=None)

    def edition_to_show(
        self, day: datetime.date, editions: Sequence[Edition] | None = None
    ) -> Edition | None:
        """The edition in force on ``day``; where there is none, the last one, whatever its state."""
        known = list(self.editions.all()) if editions is None else editions
        last = max(known, key=lambda each: each.position, default=None)
        return self.edition_on(day, known) or last

    def validity_on(
        self, day: datetime.date, editions: Sequence[Edition] | None = None
    ) -> Validity:
        """Where the regulation as a whole stands; the same rule as ``standing`` of the query set."""
        known = list(self.editions.all()) if editions is None else editions
        states = {each.validity_on(day) for each in known}
        for state in (Validity.IN_FORCE, Validity.NOT_YET, Validity.UNKNOWN):
            if state in states:
                return state
        return Validity.ENDED


def free_slug(title: str, own: int | None = None) -> str:
    """A slug that no other regulation has."""
    base = slug_base(title)
    others = Regulation.objects.filter(slug__startswith=base)
    if own is not None:
        others = others.exclude(pk=own)
    taken = set(others.values_list("slug", flat=True))
    return first_free(base, taken)


def first_free(base: str, taken: set[str]) -> str:
    """``base``, or ``base-2``, ``base-3``, ... whichever is not ``taken`` or an address of ours."""
    number, slug = 1, base
    while slug in taken or slug in RESERVED:
        number += 1
        slug = f"{base}-{number}"
    return slug


RESERVED = frozenset({"feed", "topics", "questions", "interpretations"})
"""First parts of addresses below ``/policies/`` that are no regulation."""
