"""Keeps the search index true when texts of the library change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portal.policies.models import Article, Interpretation, Question
from portal.policies.search_source import ARTICLE, INTERPRETATION, QUESTION, article_key
from portal.search.refresh import refresh, remove

_EDITIONS_AT_ONCE = 500


def keys_of(edition_ids: Iterable[int]) -> list[str]:
    """The keys in search of all units of some editions."""
    ids, keys = list(edition_ids), []
    for start in range(0, len(ids), _EDITIONS_AT_ONCE):
        rows = Article.objects.filter(edition__in=ids[start : start + _EDITIONS_AT_ONCE])
        keys += [article_key(*row) for row in rows.values_list("edition_id", "anchor")]
    return keys


def editions_changed(edition_ids: Sequence[int], gone: Iterable[str] = ()) -> None:
    """The text or the days of editions changed; call it inside the transaction of the change.

    ``gone``: keys that the editions had before; those that no longer exist leave the index.
    """
    refresh(ARTICLE, [*keys_of(edition_ids), *gone])


def editions_gone(edition_ids: Sequence[int]) -> None:
    """Editions are about to be deleted; call it inside the transaction, before."""
    remove(ARTICLE, keys_of(edition_ids))


def explanation_changed(explanation: Interpretation | Question) -> None:
    """An interpretation or a question was written."""
    refresh(_kind(explanation), [str(explanation.pk)])


def explanation_gone(explanation: Interpretation | Question) -> None:
    """An interpretation or a question is about to be deleted."""
    remove(_kind(explanation), [str(explanation.pk)])


def _kind(explanation: Interpretation | Question) -> str:
    return INTERPRETATION if isinstance(explanation, Interpretation) else QUESTION
