"""What the law says about a land-use class or a kind of notice."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.core.models import in_english
from portal.core.regions.models import Region
from portal.plans.enums import NoticeKind
from portal.policies.models.citation import Citation
from portal.policies.models.regulation import holds_at
from tiles.desensitise.landuse_codes import landuse_class


class TopicKind(models.TextChoices):
    """What a topic is: a class of the land-use table of 2023, or a kind of notice."""

    LANDUSE = "landuse", _("用地用海分类")
    NOTICE = "notice", _("公示类型")


class TopicLinkQuerySet(QuerySet["PolicyTopicLink"]):
    """Reads over topic links."""

    def seen_from(self, node: Region | None) -> TopicLinkQuerySet:
        """The links that hold where a node publishes."""
        return self.filter(holds_at(node))

    def for_landuse(self, code: str) -> TopicLinkQuerySet:
        """Links of ``code`` and of the classes above it: 0701 also shows what holds for 07."""
        own = landuse_class(code)
        codes = [own.code[:length] for length in (2, 4, 6)] if own else []
        return self.filter(topic=TopicKind.LANDUSE, code__in=codes)

    def for_notice(self, kind: str) -> TopicLinkQuerySet:
        """Links of a kind of notice."""
        return self.filter(topic=TopicKind.NOTICE, code=kind)


class PolicyTopicLink(Citation):
    """An article that answers what the law says about a topic (主题依据)."""

    topic = models.CharField(_("主题"), max_length=10, choices=TopicKind.choices)
    code = models.CharField(
        _("代码"),
        max_length=20,
        help_text=_("用地用海分类代码（如 07、0701；下级自动适用），或公示类型的代码。"),
    )
    note = models.CharField(_("一句话说明"), max_length=200, blank=True)
    note_en = models.CharField(_("英文说明"), max_length=300, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=_("适用区域"), on_delete=models.PROTECT, related_name="+"
    )
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    objects = TopicLinkQuerySet.as_manager()
    panels: ClassVar[list[Any]] = []

    class Meta:
        verbose_name = _("主题依据")
        verbose_name_plural = _("主题依据")
        ordering = ("topic", "code", "order", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "code", "region", "regulation", "anchor"], name="topic_link_once"
            )
        ]
        indexes = [models.Index(fields=["topic", "code"], name="topic_link_topic")]

    @property
    def display_note(self) -> str:
        """The note in the reader's language."""
        return self.note_en if in_english() and self.note_en else self.note

    def clean(self) -> None:
        """The code exists in its table."""
        super().clean()
        self.code = self.code.strip()
        known = {
            TopicKind.LANDUSE: lambda: landuse_class(self.code) is not None,
            TopicKind.NOTICE: lambda: self.code in NoticeKind.values,
        }.get(TopicKind(self.topic) if self.topic in TopicKind.values else TopicKind.LANDUSE)
        if known is None or not known():
            raise ValidationError({"code": _("没有这个代码。")})
