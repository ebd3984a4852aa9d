"""What ranking needs of every document, as arrays that a process keeps until the index changes."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.core.text.titles import title_key
from portal.search.enums import DocumentStatus
from portal.search.models import IndexedDocument, IndexState, SynonymGroup

NEVER = datetime.date.max.toordinal()
_FIELDS = (
    *("number", "kind", "short_title", "article", "region_code", "issuer", "effective_from"),
    *("effective_to", "status", "weight", "passage", "field_terms", "title_length", "body_length"),
)


@dataclass(frozen=True)
class Columns:
    """Arrays indexed by document number; a number without a live document has ``live`` false.

    ``since`` and ``until`` are ordinals of dates. ``kind``, ``region``, ``issuer`` and ``title``
    hold positions in ``kinds``, ``regions``, ``issuers`` and values of ``titles``.
    """

    stamp: str
    generation: int
    live: NDArray[np.bool_]
    kind: NDArray[np.int16]
    title: NDArray[np.int32]
    article: NDArray[np.int32]
    region: NDArray[np.int32]
    issuer: NDArray[np.int32]
    since: NDArray[np.int32]
    until: NDArray[np.int32]
    weight: NDArray[np.float32]
    unverified: NDArray[np.bool_]
    """Of which nobody knows since when they hold."""
    affinity: NDArray[np.float32]
    """How much the whole that a document belongs to speaks of the field: terms per document."""
    passage: NDArray[np.int64]
    title_length: NDArray[np.float32]
    body_length: NDArray[np.float32]
    kinds: list[str]
    regions: list[str]
    issuers: list[str]
    titles: dict[str, int]
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """One more than the highest document number."""
        return len(self.live)

    def count_by_kind(self) -> dict[str, int]:
        """How many documents of each kind there are."""
        counts = np.bincount(self.kind[self.live], minlength=len(self.kinds))
        return dict(zip(self.kinds, counts.tolist(), strict=False))

    def standing(self, day: datetime.date) -> NDArray[np.bool_]:
        """Documents that are not known to have ended by ``day`` or to hold only later.

        Those in force, those to which time means nothing, and the ``unverified``.
        """
        on = day.toordinal()
        return self.live & (self.since <= on) & (on < self.until)


class _Codes(dict[str, int]):
    """Gives each new text the next number."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return self[text]


_lock = threading.Lock()
_kept: dict[str, Columns] = {}


def columns_of(state: IndexState) -> Columns:
    """The columns of a state of the index; read from the database when it changed."""
    kept = _kept.get(state.stamp)
    if kept is not None:
        return kept
    with _lock:
        if state.stamp not in _kept:
            read = _read(state)
            _kept.clear()
            _kept[state.stamp] = read
        return _kept[state.stamp]


def _read(state: IndexState) -> Columns:
    rows = IndexedDocument.objects.filter(generation=state.generation, live=True)
    values = list(rows.order_by("number").values_list(*_FIELDS))
    size = max(state.next_number, values[-1][0] + 1 if values else 0)
    columns = dict(zip(_FIELDS, zip(*values, strict=True), strict=True)) if values else {}
    numbers = np.array(columns.get("number", ()), dtype=np.int64)
    codes = {name: _Codes() for name in ("kind", "short_title", "region_code", "issuer")}

    def array(name: str, kind: Any, convert: Any = None) -> NDArray[Any]:
        whole = np.zeros(size, kind)
        given = columns.get(name, ())
        whole[numbers] = [convert(value) for value in given] if convert else given
        return whole

    repealed = array("status", bool, lambda value: value == DocumentStatus.REPEALED)
    until = array("effective_to", np.int32, lambda day: day.toordinal() if day else NEVER)
    until[repealed] = 0
    live = np.zeros(size, bool)
    live[numbers] = True
    title_codes = _Codes()
    keys: dict[str, str] = {}

    def title_code(title: str) -> int:
        if title not in keys:
            keys[title] = title_key(title)
        return title_codes[keys[title]]

    titles = array("short_title", np.int32, title_code)
    return Columns(
        stamp=state.stamp,
        generation=state.generation,
        live=live,
        kind=array("kind", np.int16, codes["kind"].__getitem__),
        title=titles,
        article=array("article", np.int32),
        region=array("region_code", np.int32, codes["region_code"].__getitem__),
        issuer=array("issuer", np.int32, codes["issuer"].__getitem__),
        since=array("effective_from", np.int32, lambda day: day.toordinal() if day else 0),
        until=until,
        unverified=array("status", bool, lambda value: value == DocumentStatus.UNVERIFIED),
        weight=array("weight", np.float32),
        affinity=_affinity(array("field_terms", np.float32), titles, live),
        passage=array("passage", np.int64),
        title_length=array("title_length", np.float32),
        body_length=array("body_length", np.float32),
        kinds=list(codes["kind"]),
        regions=list(codes["region_code"]),
        issuers=list(codes["issuer"]),
        titles=dict(title_codes),
        synonyms=_synonyms(),
    )


def of_codes(
    codes: NDArray[np.integer[Any]], names: list[str], test: Callable[[str], bool]
) -> NDArray[np.bool_]:
    """Whether the name of each code passes a test."""
    fits: NDArray[np.bool_] = np.array([test(name) for name in names] or [False])
    return np.take(fits, codes)


def _affinity(
    terms: NDArray[np.float32], titles: NDArray[np.int32], live: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """The mean number of terms over all documents of a title, for each of them."""
    if not live.any():
        return terms
    sums = np.bincount(titles[live], weights=terms[live])
    means = sums / np.maximum(np.bincount(titles[live]), 1)
    return np.where(live, means[np.minimum(titles, len(means) - 1)], 0).astype(np.float32)


def _synonyms() -> dict[str, tuple[str, ...]]:
    """Each word of a group in use -> the other words of its groups."""
    others: dict[str, list[str]] = {}
    for group in SynonymGroup.objects.in_use():
        for word in group.members:
            known = others.setdefault(word, [])
            known += [other for other in group.members if other not in {word, *known}]
    return {word: tuple(each) for word, each in others.items()}
