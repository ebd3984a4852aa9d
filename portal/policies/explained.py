"""Citations both ways: what explains an article, and the articles that an explanation cites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from portal.core.regions.models import Region
from portal.policies.enums import Validity
from portal.policies.models import (
    Article,
    Edition,
    Interpretation,
    InterpretationCitation,
    PolicyTopicLink,
    Question,
    QuestionCitation,
    Regulation,
)
from portal.policies.models.citation import Citation
from portal.policies.models.regulation import holds_at
from portal.policies.rendering import Explained


@dataclass(frozen=True)
class Explanations:
    """What explains a regulation or an article."""

    interpretations: list[Interpretation]
    questions: list[Question]

    def __bool__(self) -> bool:
        return bool(self.interpretations or self.questions)


def explained_counts(regulation: Regulation, node: Region | None) -> Explained:
    """How many explanations speak of each article of a regulation; two queries.

    ``node``, here and below: only what holds where it publishes.
    """
    found: Counter[str] = Counter()
    for model in (InterpretationCitation, QuestionCitation):
        found.update(
            model.objects.filter(holds_at(node, "owner__region"), regulation=regulation)
            .exclude(anchor="")
            .values_list("anchor", flat=True)
        )
    return Explained(dict(found))


def explaining_regulation(regulation: Regulation, node: Region | None) -> Explanations:
    """What explains a regulation or any of its articles; two queries."""
    return _explaining(Q(citations__regulation=regulation), node)


def explaining_article(regulation: Regulation, anchor: str, node: Region | None) -> Explanations:
    """What explains one article, whatever the edition; two queries."""
    return _explaining(Q(citations__regulation=regulation, citations__anchor=anchor), node)


def _explaining(condition: Q, node: Region | None) -> Explanations:
    return Explanations(
        list(Interpretation.objects.seen_from(node).filter(condition).distinct()),
        list(Question.objects.seen_from(node).filter(condition).distinct()),
    )


@dataclass(frozen=True)
class Cited:
    """A citation with the article it means today; ``article`` is None for a whole regulation, or
    where the edition of today has no such article any more."""

    citation: Citation
    regulation: Regulation
    edition: Edition | None
    article: Article | None
    validity: Validity
    is_gone: bool

    @property
    def note(self) -> str:
        """The sentence that a topic link adds."""
        link = self.citation
        return link.display_note if isinstance(link, PolicyTopicLink) else ""

    @property
    def is_amended_since(self) -> bool:
        """Whether the regulation was amended after the citing text: the number may have moved."""
        owner = getattr(self.citation, "owner", None)
        if owner is None or self.article is None or self.edition is None:
            return False
        day = self.edition.promulgated_on
        return bool(day and day > owner.published_on)

    @property
    def url(self) -> str:
        """The place of the article in its text; of the regulation where there is no article."""
        if self.article is not None:
            return self.article.url_in_text
        return self.regulation.get_absolute_url()


def cited_articles(citations: Iterable[Citation]) -> list[Cited]:
    """The articles as they stand today, in the order of the citations; two queries more.

    ``citations`` come with ``regulation`` selected.
    """
    rows, today = list(citations), timezone.localdate()
    editions: dict[int, list[Edition]] = {}
    owners = {row.regulation_id for row in rows}
    for edition in Edition.objects.filter(regulation__in=owners).order_by("position"):
        editions.setdefault(edition.regulation_id, []).append(edition)
    shown = {
        row.regulation_id: row.regulation.edition_to_show(
            today, editions.get(row.regulation_id, [])
        )
        for row in rows
    }
    articles = {
        (article.edition_id, article.anchor): article
        for article in Article.objects.filter(
            edition__in=[each.pk for each in shown.values() if each],
            anchor__in={row.anchor for row in rows if row.anchor},
        )
    }
    return [_cited(row, shown[row.regulation_id], articles) for row in rows]


def _cited(
    row: Citation, edition: Edition | None, articles: dict[tuple[int, str], Article]
) -> Cited:
    article = None
    if edition is not None:
        edition.regulation = row.regulation
        article = articles.get((edition.pk, row.anchor))
        if article is not None:
            article.edition = edition
    validity = edition.validity_on(timezone.localdate()) if edition else Validity.UNKNOWN
    is_gone = bool(row.anchor) and article is None
    return Cited(row, row.regulation, edition, article, validity, is_gone)
