"""Units of a text: headings, and articles or paragraphs. Together they hold every character."""

from __future__ import annotations

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.policies.enums import PartKind, UnitKind
from portal.policies.gists import LONGEST_ASKED, LONGEST_GIST
from portal.policies.models.edition import Edition


class Part(models.Model):
    """A heading (编、章、节) of an edition. ``depth`` and ``position`` make the tree.

    ``position`` is counted through headings and units together: sorted by it they are the text.
    """

    edition = models.ForeignKey(
        Edition, verbose_name=_("版本"), on_delete=models.CASCADE, related_name="parts"
    )
    position = models.PositiveIntegerField(_("次序"))
    kind = models.PositiveSmallIntegerField(_("级别"), choices=PartKind.choices)
    depth = models.PositiveSmallIntegerField(_("层次"))
    label = models.CharField(_("序号"), max_length=40, blank=True)
    title = models.CharField(_("标题"), max_length=600, blank=True)
    trail = models.CharField(_("所在章节"), max_length=2000)

    class Meta:
        verbose_name = _("章节")
        verbose_name_plural = _("章节")
        ordering = ("edition", "position")
        constraints = [
            models.UniqueConstraint(fields=["edition", "position"], name="part_position_once"),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """Number and title as one line."""
        return f"{self.label} {self.title}".strip()

    @property
    def anchor(self) -> str:
        """The ``id`` of the heading on the page of its edition."""
        return f"part-{self.position}"


class ArticleQuerySet(QuerySet["Article"]):
    """Reads over units."""

    def numbered(self) -> ArticleQuerySet:
        """Articles (第N条) only."""
        return self.filter(kind=UnitKind.ARTICLE)


class Article(models.Model):
    """An article (条), or another unit of a text that has none: item, paragraph, table.

    ``anchor`` is unique in an edition: ``12``, ``30-1`` for 第三十条之一, ``s2-3`` for the third article
    of an annexed text that counts from one again, ``p-7`` for a unit that is no article.
    ``gist`` and ``asked`` are the editors', not the law's: they are shown apart from the text.
    """

    edition = models.ForeignKey(
        Edition, verbose_name=_("版本"), on_delete=models.CASCADE, related_name="articles"
    )
    part = models.ForeignKey(
        Part,
        verbose_name=_("章节"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="articles",
    )
    position = models.PositiveIntegerField(_("次序"))
    kind = models.CharField(_("单元"), max_length=10, choices=UnitKind.choices)
    number = models.PositiveSmallIntegerField(_("条号"), null=True, blank=True)
    sub_number = models.PositiveSmallIntegerField(_("之几"), null=True, blank=True)
    label = models.CharField(_("条标"), max_length=40, blank=True)
    anchor = models.CharField(_("锚点"), max_length=30)
    text = models.TextField(_("正文"))
    gist = models.CharField(
        _("条旨"),
        max_length=LONGEST_GIST,
        blank=True,
        help_text=_("本条讲什么，不超过16个字的短语，如“农用地转用审批权限”；不是法规原文。"),
    )
    asked = models.CharField(
        _("常见问法"),
        max_length=LONGEST_ASKED,
        blank=True,
        help_text=_("群众会怎么问，用顿号分隔，如“耕地改建厂房找谁批、农转用怎么办”；用于检索。"),
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("条文")
        verbose_name_plural = _("条文")
        ordering = ("edition", "position")
        constraints = [
            # An address leads to one text.
            models.UniqueConstraint(fields=["edition", "anchor"], name="article_anchor_once"),
            models.UniqueConstraint(fields=["edition", "position"], name="article_position_once"),
            # A number belongs to articles, and each article has one.
            models.CheckConstraint(
                condition=models.Q(kind=UnitKind.ARTICLE, number__isnull=False)
                | (~models.Q(kind=UnitKind.ARTICLE) & models.Q(number=None)),
                name="article_number_of_articles",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.label or self.anchor}"

    def get_absolute_url(self) -> str:
        """The page of this unit alone."""
        edition = self.edition
        return reverse(
            "policies:article", args=(edition.regulation.slug, edition.slug, self.anchor)
        )

    @property
    def html_id(self) -> str:
        """The ``id`` of the unit on the page of its edition: ``art-12``."""
        return f"art-{self.anchor}"

    @property
    def url_in_text(self) -> str:
        """The place of this unit within the full text."""
        return f"{self.edition.get_absolute_url()}#{self.html_id}"
