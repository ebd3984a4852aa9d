"""What the policy library hands to search: articles, interpretations, questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.policies.enums import RegulationKind
from portal.search.enums import DocumentStatus
from portal.search.source import SearchDocument

ARTICLE, INTERPRETATION, QUESTION = "article", "interpretation", "policy_question"
_CHUNK = 2_000
_KEYS_AT_ONCE = 500
# The law stands before what carries it out; a case is an example, no rule.
_WEIGHTS = {
    RegulationKind.CONSTITUTION: 1.2,
    RegulationKind.LAW: 1.2,
    RegulationKind.STATE_COUNCIL: 1.1,
    RegulationKind.INTERPRETATION: 0.9,
    RegulationKind.CASE: 0.7,
    RegulationKind.OTHER: 0.8,
}
_WEIGHT_OF_A_DECISION = 0.5
"""A decision to amend says again what the amended text says."""
_DECISIONS = ("的决定", "的决议", "修正案")


def article_key(edition_id: int, anchor: str) -> str:
    """The key of a unit in search: it outlives an import that writes the unit anew."""
    return f"{edition_id}:{anchor}"


class ArticleSource:
    """Every unit of every edition; what is not in force is marked, not left out."""

    kind = ARTICLE
    label = _("法规条文")

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """All units, or those of ``keys``."""
        from portal.policies.models import Article  # noqa: PLC0415 - models are not ready yet

        rows = Article.objects.select_related("edition__regulation", "part").order_by(
            "edition", "position"
        )
        with translation.override("zh-hans"):
            if keys is None:
                yield from (_article(each) for each in rows.iterator(_CHUNK))
                return
            for edition, anchors in _by_edition(keys).items():
                own = rows.filter(edition=edition)
                if len(anchors) <= _KEYS_AT_ONCE:
                    own = own.filter(anchor__in=anchors)
                yield from (_article(each) for each in own if each.anchor in anchors)


def _by_edition(keys: Iterable[str]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for key in keys:
        edition, _colon, anchor = key.partition(":")
        if edition.isdigit():
            found.setdefault(int(edition), set()).add(anchor)
    return found


def _article(article: Any) -> SearchDocument:
    edition = article.edition
    regulation = edition.regulation
    if edition.ended:
        status = DocumentStatus.REPEALED
    elif edition.in_force_from is None:
        status = DocumentStatus.UNVERIFIED
    else:
        status = DocumentStatus.IN_FORCE
    return SearchDocument(
        kind=ARTICLE,
        key=article_key(edition.pk, article.anchor),
        title=regulation.title,
        title_en=regulation.title_en,
        heading=article.part.trail if article.part else "",
        label=article.label,
        gist=article.gist,
        asked=article.asked,
        text=article.text,
        url=article.url_in_text,
        region_code=regulation.region_id,
        issuer=regulation.issuer,
        effective_from=edition.in_force_from,
        effective_to=edition.in_force_to,
        status=status,
        published_on=edition.promulgated_on,
        aliases=tuple(regulation.names[1:]),
        weight=_weight(regulation),
    )


def _weight(regulation: Any) -> float:
    if any(word in regulation.title for word in _DECISIONS):
        return _WEIGHT_OF_A_DECISION
    return _WEIGHTS.get(RegulationKind(regulation.kind), 1.0)


class ExplanationSource:
    """Interpretations or questions."""

    def __init__(self, kind: str, label: Any, model_name: str) -> None:
        self.kind, self.label, self._model_name = kind, label, model_name

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """All of them, or those of ``keys``."""
        rows = self._rows()
        if keys is not None:
            wanted = iter([int(key) for key in keys if key.isdigit()])
            while some := list(islice(wanted, _KEYS_AT_ONCE)):
                yield from (self._document(each) for each in rows.filter(pk__in=some))
            return
        yield from (self._document(each) for each in rows.iterator(_CHUNK))

    def _rows(self) -> QuerySet[Any]:
        from portal.policies import models  # noqa: PLC0415 - models are not ready yet

        model: Any = getattr(models, self._model_name)
        rows: QuerySet[Any] = model.objects.order_by("pk")
        return rows

    def _document(self, row: Any) -> SearchDocument:
        with translation.override("zh-hans"):
            url = reverse(f"policies:{self._model_name.lower()}", args=(row.pk,))
        return SearchDocument(
            kind=self.kind,
            key=str(row.pk),
            title=row.title,
            title_en=row.title_en,
            text=row.body,
            url=url,
            region_code=row.region_id,
            issuer=row.source,
            published_on=row.published_on,
        )


SOURCES = (
    ArticleSource(),
    ExplanationSource(INTERPRETATION, _("政策解读"), "Interpretation"),
    ExplanationSource(QUESTION, _("常见问题"), "Question"),
)
