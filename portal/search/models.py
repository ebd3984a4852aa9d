"""Tables of the index (索引), the same on both engines, and what officials edit for search."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from portal.core.audit.canonical import Fact
from portal.core.audit.origin import current_actor
from portal.core.audit.record import record_event
from portal.core.text.normalise import normalise
from portal.search.enums import DocumentStatus

ONLY_ROW = 1
MAX_SYNONYMS = 20
_BETWEEN_WORDS = re.compile(r"[\s,，、;；]+")


class IndexState(models.Model):
    """The one row that says which generation of the index is read (索引状态).

    ``stamp`` changes with every change of the index or the synonyms: what a process keeps in
    memory is thrown away when it differs. ``next_number`` is the first free document number of the
    generation; documents are never renumbered within one.
    """

    generation = models.PositiveIntegerField(default=0)
    stamp = models.CharField(max_length=32, default="empty")
    next_number = models.PositiveIntegerField(default=0)
    documents = models.PositiveIntegerField(default=0)
    rebuilt_at = models.DateTimeField(null=True)
    rebuild_seconds = models.FloatField(default=0)
    building_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=ONLY_ROW), name="index_state_once"),
        ]

    def __str__(self) -> str:
        return f"{self.generation}/{self.stamp}"


class IndexedDocument(models.Model):
    """A document as the index knows it. A changed one gets a new row; the old one is emptied.

    ``digest`` is of everything the source said, ``passage`` of the text that is embedded;
    both are 64-bit. ``article``: 4401 of 第四十四条之一. ``field_terms``: how many different
    terms of the field it uses. The lengths are in pairs of characters and Latin words.
    ``aliases``: other names that are suggested for it, one a line.
    """

    generation = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    live = models.BooleanField(default=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    short_title = models.CharField(max_length=300)
    heading = models.CharField(max_length=300, blank=True)
    label = models.CharField(max_length=60, blank=True)
    gist = models.CharField(max_length=60, blank=True)
    asked = models.CharField(max_length=200, blank=True)
    aliases = models.TextField(blank=True)
    article = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=500)
    region_code = models.CharField(max_length=12, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)
    status = models.CharField(max_length=20, blank=True, choices=DocumentStatus.choices)
    published_on = models.DateField(null=True)
    weight = models.FloatField(default=1.0)
    digest = models.BigIntegerField()
    passage = models.BigIntegerField()
    field_terms = models.PositiveSmallIntegerField(default=0)
    title_length = models.PositiveIntegerField()
    body_length = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generation", "number"], name="indexed_number_once"),
            # A document found twice would stand twice in every list.
            models.UniqueConstraint(
                fields=["generation", "kind", "key"],
                condition=Q(live=True),
                name="indexed_document_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"

    def status_on(self, day: datetime.date) -> DocumentStatus:
        """Whether it holds on ``day``."""
        if self.status == DocumentStatus.REPEALED:
            return DocumentStatus.REPEALED
        if self.effective_to and self.effective_to <= day:
            return DocumentStatus.EXPIRED
        if self.effective_from and self.effective_from > day:
            return DocumentStatus.UPCOMING
        return DocumentStatus(self.status)


class Posting(models.Model):
    """Where a token stands (倒排表): one row for each token of each batch that was indexed."""

    generation = models.PositiveIntegerField()
    token = models.CharField(max_length=40)
    data = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["generation", "token"], name="posting_token")]

    def __str__(self) -> str:
        return self.token


class Suggestion(models.Model):
    """A title that is offered while somebody types (联想词), findable by its pinyin too.

    One for each kind and division of the documents that bear it: it goes with the last of them.
    """

    generation = models.PositiveIntegerField()
    text = models.CharField(max_length=300)
    pinyin = models.CharField(max_length=600)
    initials = models.CharField(max_length=300)
    kind = models.CharField(max_length=40)
    region_code = models.CharField(max_length=12, blank=True)
    weight = models.FloatField(default=1.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["generation", "text", "kind", "region_code"], name="suggestion_once"
            )
        ]
        indexes = [
            models.Index(fields=["pinyin"], name="suggestion_pinyin"),
            models.Index(fields=["initials"], name="suggestion_initials"),
        ]

    def __str__(self) -> str:
        return self.text


class SynonymQuerySet(QuerySet["SynonymGroup"]):
    """Reads over groups of synonyms."""

    def in_use(self) -> SynonymQuerySet:
        """Groups that search widens queries with."""
        return self.filter(active=True)


class SynonymGroup(models.Model):
    """Words that mean the same (同义词): who searches for one of them finds the others too."""

    words = models.CharField(
        _("同义词"),
        max_length=400,
        unique=True,
        help_text=_("用顿号、逗号或空格分隔，例如：容积率、FAR。"),
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)
    active = models.BooleanField(_("启用"), default=True)

    objects = SynonymQuerySet.as_manager()

    panels: ClassVar[list[Any]] = [FieldPanel(name) for name in ("words", "note", "active")]

    class Meta:
        verbose_name = _("同义词")
        verbose_name_plural = _("同义词")
        ordering = ("words",)

    def __str__(self) -> str:
        return self.words

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, recorded; from the next search on the group counts."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._changed("synonyms.saved")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, recorded."""
        with transaction.atomic():
            self._changed("synonyms.deleted")
            return super().delete(*args, **kwargs)

    def _changed(self, action: str) -> None:
        IndexState.objects.filter(pk=ONLY_ROW).update(stamp=uuid.uuid4().hex)
        facts: dict[str, Fact] = {"words": self.words, "active": self.active}
        record_event(action, actor=current_actor(), target=self, facts=facts)

    @property
    def members(self) -> list[str]:
        """The words of the group, normalised, each once."""
        every = (normalise(word) for word in _BETWEEN_WORDS.split(self.words) if word)
        return list(dict.fromkeys(every))

    def clean(self) -> None:
        """Two to ``MAX_SYNONYMS`` words."""
        if not 2 <= len(self.members) <= MAX_SYNONYMS:
            raise ValidationError({"words": _("请填写2至20个不同的词。")})


class MissedQuery(models.Model):
    """A query without a hit (无结果检索), counted without knowing who asked.

    Below the threshold only a keyed hash is kept, so that what a single person typed is nowhere
    to be read; ``text`` is filled when the same query came often enough.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    text = models.CharField(_("检索词"), max_length=60, blank=True)
    times = models.PositiveIntegerField(_("次数"), default=0)
    first_on = models.DateField(_("首次"))
    last_on = models.DateField(_("最近"))

    class Meta:
        verbose_name = _("无结果检索")
        verbose_name_plural = _("无结果检索")
        ordering = ("-times", "-last_on")

    def __str__(self) -> str:
        return self.text or self.fingerprint[:8]
