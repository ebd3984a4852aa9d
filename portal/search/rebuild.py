"""Build the whole index beside the one in use and switch (重建索引); compare it with its sources."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from portal.search.analyse import analyse, digest_of
from portal.search.lock import changing, current_state
from portal.search.models import IndexedDocument, IndexState, Posting, Suggestion
from portal.search.refresh import batches, bury, refresh, replace
from portal.search.source import SearchDocument, source_of, sources
from portal.search.store import write_batch, write_suggestions
from portal.search.titles import suggestions_of, term_suggestions

ABANDONED_AFTER = datetime.timedelta(hours=2)
Name = tuple[str, str]


class RebuildRunning(RuntimeError):
    """Another rebuild is under way: 索引正在重建 / the index is being rebuilt."""

    code = "rebuild_running"


@dataclass(frozen=True)
class Report:
    """Documents by kind, and the seconds that it took."""

    documents: dict[str, int]
    seconds: float


@dataclass
class Difference:
    """Keys by kind that the index lacks, holds in an old form, or holds although they are gone."""

    missing: dict[str, list[str]] = field(default_factory=dict)
    stale: dict[str, list[str]] = field(default_factory=dict)
    surplus: dict[str, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.surplus)


def rebuild(kind: str | None = None, *, force: bool = False) -> Report:
    """Build the index of every source anew, or bring one kind up to date.

    Readers see the old index until the new one is whole. Changes that come meanwhile are carried
    over. Raises ``RebuildRunning`` (``force`` takes over from one that died), ``UnknownKind``.
    """
    started = time.monotonic()
    if kind is not None:
        refresh(kind)
        counted = _count(current_state(), kind)
        return Report({kind: counted}, time.monotonic() - started)
    before, generation = _begin(force=force)
    try:
        _build(before, generation, started)
    except BaseException:
        with changing() as state:
            state.building_at = None
        raise
    state = current_state()
    counts = {source.kind: _count(state, source.kind) for source in sources()}
    return Report(counts, time.monotonic() - started)


def _build(before: IndexState, generation: int, started: float) -> None:
    lived = _names(before.generation)
    next_number = 0
    for source in sources():
        for batch in batches(source.documents()):
            write_batch(analyse(batch, next_number), generation, next_number)
            write_suggestions(suggestions_of(batch, generation))
            next_number += len(batch)
    write_suggestions(term_suggestions(generation))
    with changing() as state:
        _switch(state, generation, next_number)
        _carry_over(state, before, lived)
        state.rebuild_seconds = time.monotonic() - started
        state.rebuilt_at, state.building_at = timezone.now(), None
    _delete_all_but(generation)


def _begin(*, force: bool) -> tuple[IndexState, int]:
    """Claim the rebuild; returns the state before it and the number of the new generation."""
    with changing() as state:
        now = timezone.now()
        running = state.building_at is not None and now - state.building_at < ABANDONED_AFTER
        if running and not force:
            raise RebuildRunning(f"since {state.building_at:%H:%M}")
        state.building_at = now
        _delete_all_but(state.generation)
    return state, state.generation + 1


def _names(generation: int) -> set[Name]:
    rows = IndexedDocument.objects.filter(generation=generation, live=True)
    return set(rows.values_list("kind", "key"))


def _switch(state: IndexState, generation: int, next_number: int) -> None:
    state.generation, state.next_number = generation, next_number
    state.documents = next_number


def _carry_over(state: IndexState, before: IndexState, lived: set[Name]) -> None:
    """Bring what was refreshed or removed in the old generation meanwhile into the new one."""
    # Not only what lives: what was published and withdrawn meanwhile may have been read in between.
    newer = IndexedDocument.objects.filter(number__gte=before.next_number)
    changed = set(newer.filter(generation=before.generation).values_list("kind", "key"))
    gone = lived - _names(before.generation)
    for kind in {name[0] for name in changed | gone}:
        keys = [key for each, key in changed | gone if each == kind]
        yielded = {document.key: document for document in source_of(kind).documents(keys)}
        replace(state, list(yielded.values()))
        bury(state, kind, [key for key in keys if key not in yielded])


def _delete_all_but(generation: int) -> None:
    for model in (Posting, Suggestion, IndexedDocument):
        model.objects.exclude(generation=generation).delete()


def _count(state: IndexState, kind: str) -> int:
    rows = IndexedDocument.objects.filter(generation=state.generation, kind=kind, live=True)
    return rows.count()


def verify() -> Difference:
    """Compare the index with what the sources say now."""
    difference = Difference()
    generation = current_state().generation
    for source in sources():
        rows = IndexedDocument.objects.filter(generation=generation, kind=source.kind, live=True)
        known = dict(rows.values_list("key", "digest"))
        _compare(difference, source.kind, known, source.documents())
    kinds = {source.kind for source in sources()}
    orphans = IndexedDocument.objects.filter(generation=generation, live=True)
    for kind, key in orphans.exclude(kind__in=kinds).values_list("kind", "key"):
        difference.surplus.setdefault(kind, []).append(key)
    return difference


def _compare(
    difference: Difference, kind: str, known: dict[str, int], documents: Iterable[SearchDocument]
) -> None:
    for document in documents:
        digest = known.pop(document.key, None)
        if digest is None:
            difference.missing.setdefault(kind, []).append(document.key)
        elif digest != digest_of(document):
            difference.stale.setdefault(kind, []).append(document.key)
    if known:
        difference.surplus[kind] = list(known)
