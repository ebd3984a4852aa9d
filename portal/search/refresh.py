"""Keep the index true after a change (增量更新): ``refresh`` what changed, ``remove`` what is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from portal.search.analyse import analyse, digest_of
from portal.search.lock import changing
from portal.search.models import IndexedDocument, IndexState
from portal.search.source import SearchDocument, source_of
from portal.search.store import write_batch, write_suggestions
from portal.search.titles import Borne, borne_by, names_of, suggestions_of, withdraw

BATCH = 50_000
_KEYS_AT_ONCE = 500
_EMPTIED = dict.fromkeys(
    (
        *("title", "title_en", "short_title", "heading", "gist", "asked", "aliases"),
        *("text", "url", "issuer"),
    ),
    "",
)


def refresh(kind: str, keys: Iterable[str] | None = None) -> int:
    """Index the documents of ``keys`` (None: all of the kind) anew; returns how many changed.

    A key that the source does not yield any more is removed. What did not change is not written.
    Raises ``UnknownKind``. Call it inside the transaction of the change: the two then hold or fall
    together.
    """
    source = source_of(kind)
    wanted = None if keys is None else list(dict.fromkeys(keys))
    if wanted == []:
        return 0
    with changing() as state:
        known = dict(_known(state, kind, wanted))
        changed = 0
        for batch in batches(source.documents(wanted)):
            new = [each for each in batch if known.pop(each.key, None) != digest_of(each)]
            changed += replace(state, new)
        # What is left was known and is not yielded any more.
        changed += bury(state, kind, list(known))
        return changed


def remove(kind: str, keys: Iterable[str]) -> int:
    """Take documents out; their texts are deleted at once. Returns how many there were."""
    with changing() as state:
        return bury(state, kind, list(keys))


def replace(state: IndexState, documents: list[SearchDocument]) -> int:
    """Write documents in place of their earlier forms; the caller holds ``changing``."""
    if not documents:
        return 0
    earlier: dict[str, set[Borne]] = {}
    for kind in {document.kind for document in documents}:
        keys = [document.key for document in documents if document.kind == kind]
        earlier[kind] = _empty(state, kind, keys)[1]
    write_batch(analyse(documents, state.next_number), state.generation, state.next_number)
    write_suggestions(suggestions_of(documents, state.generation))
    for kind, names in earlier.items():
        own = (document for document in documents if document.kind == kind)
        withdraw(
            state.generation,
            kind,
            names - {(name, each.region_code) for each in own for name in names_of(each)},
        )
    state.next_number += len(documents)
    state.documents += len(documents)
    return len(documents)


def batches(documents: Iterable[SearchDocument]) -> Iterator[list[SearchDocument]]:
    """Documents by the ``BATCH``; of two with one name the last one counts."""
    waiting = iter(documents)
    while chunk := list(islice(waiting, BATCH)):
        yield list({(document.kind, document.key): document for document in chunk}.values())


def _known(state: IndexState, kind: str, keys: list[str] | None) -> Iterator[tuple[str, int]]:
    rows = IndexedDocument.objects.filter(generation=state.generation, kind=kind, live=True)
    if keys is None:
        yield from rows.values_list("key", "digest")
        return
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        yield from rows.filter(key__in=some).values_list("key", "digest")


def bury(state: IndexState, kind: str, keys: list[str]) -> int:
    """Empty the rows of documents, so that no text outlives its publication in the index.

    Their names are suggested no more, unless another document bears them. Returns how many.
    """
    gone, names = _empty(state, kind, keys)
    withdraw(state.generation, kind, names)
    return gone


def _empty(state: IndexState, kind: str, keys: list[str]) -> tuple[int, set[Borne]]:
    """Empty rows; returns how many, and the names that they bore."""
    rows = IndexedDocument.objects.filter(generation=state.generation, kind=kind, live=True)
    gone, names = 0, set[Borne]()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = rows.filter(key__in=keys[start : start + _KEYS_AT_ONCE])
        names |= borne_by(some)
        gone += some.update(live=False, **_EMPTIED)
    state.documents -= gone
    return gone, names
