"""Keep the index true after a change (增量更新): ``refresh`` what changed, ``remove`` what is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from portal.search.analyse import analyse, digest_of
from portal.search.lock import changing
from portal.search.models import IndexedDocument, IndexState
from portal.search.source import SearchDocument, source_of
from portal.search.store import write_batch, write_suggestions
from portal.search.titles import suggestions_of

BATCH = 50_000
_KEYS_AT_ONCE = 500


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
    for kind in {document.kind for document in documents}:
        bury(state, kind, [document.key for document in documents if document.kind == kind])
    write_batch(analyse(documents, state.next_number), state.generation, state.next_number)
    write_suggestions(suggestions_of(documents, state.generation))
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
    """Empty the rows of documents, so that no text outlives its publication in the index."""
    rows = IndexedDocument.objects.filter(generation=state.generation, kind=kind, live=True)
    gone = 0
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        gone += rows.filter(key__in=some).update(
            live=False,
            title="",
            title_en="",
            short_title="",
            heading="",
            gist="",
            asked="",
            text="",
            url="",
            issuer="",
        )
    state.documents -= gone
    return gone
