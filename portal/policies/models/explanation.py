"""What explains the law: interpretations (解读) and questions with answers (常见问题)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from portal.core.models import in_english
from portal.core.regions.models import Region
from portal.policies.models.citation import Citation
from portal.policies.models.regulation import holds_at


class ExplanationQuerySet(QuerySet[Any]):
    """Reads over interpretations or questions."""

    def seen_from(self, node: Region | None) -> ExplanationQuerySet:
        """Those that hold where a node publishes."""
        return self.filter(holds_at(node))


class Explanation(ClusterableModel):
    """What interpretations and questions share: a region, texts in two languages, cited articles.

    What they cite: ``citations``.
    """

    region = models.ForeignKey(
        Region, verbose_name=_("适用区域"), on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("标题"), max_length=200)
    title_en = models.CharField(_("英文标题"), max_length=300, blank=True)
    body = models.TextField(_("正文"), help_text=_("纯文本；空行分段。"))
    body_en = models.TextField(_("英文正文"), blank=True)
    source = models.CharField(_("来源"), max_length=120, blank=True)
    published_on = models.DateField(_("发布日期"), default=timezone.localdate)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("-published_on", "-pk")

    def __str__(self) -> str:
        return self.title

    @property
    def display_title(self) -> str:
        """The title in the reader's language."""
        return self.title_en if in_english() and self.title_en else self.title

    @property
    def display_body(self) -> str:
        """The text in the reader's language."""
        return self.body_en if in_english() and self.body_en else self.body

    @property
    def title_language(self) -> str:
        """The language of ``display_title``."""
        return "en" if in_english() and self.title_en else "zh-Hans"

    @property
    def body_language(self) -> str:
        """The language of ``display_body``."""
        return "en" if in_english() and self.body_en else "zh-Hans"

    @property
    def paragraphs(self) -> list[str]:
        """The text of ``display_body``, paragraph by paragraph."""
        return [line.strip() for line in self.display_body.splitlines() if line.strip()]


class Interpretation(Explanation):
    """An interpretation (政策解读): what a regulation means, in words that people use."""

    class Meta(Explanation.Meta):
        verbose_name = _("解读")
        verbose_name_plural = _("解读")

    def get_absolute_url(self) -> str:
        """The page of this interpretation."""
        return reverse("policies:interpretation", args=(self.pk,))


class Question(Explanation):
    """A question that people ask (常见问题); the title is the question, the body the answer."""

    class Meta(Explanation.Meta):
        verbose_name = _("常见问题")
        verbose_name_plural = _("常见问题")

    def get_absolute_url(self) -> str:
        """The page of this question."""
        return reverse("policies:question", args=(self.pk,))


class InterpretationCitation(Orderable, Citation):
    """What an interpretation explains (解读引用条文)."""

    owner = ParentalKey(Interpretation, on_delete=models.CASCADE, related_name="citations")

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "regulation", "anchor"], name="interpretation_citation_once"
            )
        ]


class QuestionCitation(Orderable, Citation):
    """What an answer rests on (问答依据条文)."""

    owner = ParentalKey(Question, on_delete=models.CASCADE, related_name="citations")

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "regulation", "anchor"], name="question_citation_once"
            )
        ]
