"""Citations of articles by what people write: interpretations, answers, topics."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from portal.policies.models.regulation import Regulation
from portal.policies.models.unit import Article
from portal.policies.text.labels import anchor_of


class Citation(models.Model):
    """An article (引用条文), by regulation and number, not by row: a new edition keeps the citation.

    ``anchor`` is empty where the regulation as a whole is meant.
    """

    regulation = models.ForeignKey(
        Regulation, verbose_name=_("法规"), on_delete=models.CASCADE, related_name="+"
    )
    anchor = models.CharField(
        _("条文"),
        max_length=30,
        blank=True,
        help_text=_("如“第十二条”“12”或“第三十条之一”；留空表示整部法规。"),
    )

    panels: ClassVar[list[Any]] = [FieldPanel("regulation"), FieldPanel("anchor")]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.regulation} {self.anchor}".strip()

    def clean(self) -> None:
        """What is written as 第十二条 is kept as ``12``; some edition of the regulation has it."""
        super().clean()
        self.anchor = anchor_of(self.anchor)
        if not self.anchor or self.regulation_id is None:
            return
        units = Article.objects.filter(edition__regulation=self.regulation_id, anchor=self.anchor)
        if not units.exists():
            raise ValidationError({"anchor": _("这部法规没有这一条。")})
