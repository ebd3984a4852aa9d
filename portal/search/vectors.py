"""Vectors of passages (语义向量): one file beside the database, addressed by the passages' digests.

The file is a NumPy array of records (key, scale, 384 int8), memory-mapped, so that all processes of a
machine share its pages. A vector belongs to a text, not to a document number: a rebuilt index finds
its vectors again, and a vector of another text is never taken for one of this.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

DIMENSIONS = 384
RECORD = np.dtype([("key", "<i8"), ("scale", "<f4"), ("vector", "i1", (DIMENSIONS,))])
MODEL = "e5-small-q4"
_BLOCK = 1024
"""Vectors that are widened at once: as many as stay in the cache of a core (1.5 MB), eight times faster."""

_lock = threading.Lock()
_mapped: dict[Path, tuple[tuple[int, int], NDArray[np.void]]] = {}


class BrokenVectors(ValueError):
    """The file of vectors cannot be read: 向量文件损坏 / the file of vectors is damaged."""

    code = "broken_vectors"


def vector_file() -> Path:
    """Where the vectors of this installation are."""
    return Path(settings.SEARCH_DIR) / f"vectors-{MODEL}.npy"


def quantised(keys: Iterable[int], vectors: NDArray[np.float32]) -> NDArray[np.void]:
    """Records of normalised vectors, (n, 384)."""
    records = np.zeros(len(vectors), RECORD)
    records["key"] = list(keys)
    scale = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    records["scale"] = scale
    records["vector"] = np.rint(vectors / scale[:, None]).astype(np.int8)
    return records


def load() -> NDArray[np.void]:
    """All records, mapped; none where there is no file. Raises ``BrokenVectors``."""
    path = vector_file()
    try:
        stat = path.stat()
    except FileNotFoundError:
        return np.zeros(0, RECORD)
    version = (stat.st_ino, stat.st_mtime_ns)
    with _lock:
        known = _mapped.get(path)
        if known is None or known[0] != version:
            _mapped[path] = (version, _map(path))
        return _mapped[path][1]


def _map(path: Path) -> NDArray[np.void]:
    try:
        mapped: NDArray[np.void] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise BrokenVectors(f"{path.name}: {error}") from error
    if mapped.dtype != RECORD or mapped.ndim != 1:
        raise BrokenVectors(f"{path.name}: {mapped.dtype}")
    return mapped


def save(records: NDArray[np.void]) -> None:
    """Put another file in the place of the present one, in one step."""
    path = vector_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    with draft.open("wb") as file:
        np.save(file, records, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def rows_of(records: NDArray[np.void], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of each key in ``records``; -1 where there is none."""
    if not len(records):
        return np.full(len(keys), -1, np.int64)
    known = np.array(records["key"])
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known, keys, sorter=order), len(known) - 1)
    rows = order[at]
    return np.where(known[rows] == keys, rows, -1)


def similarities(records: NDArray[np.void], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of every record with a normalised query vector."""
    stored, found = records["vector"], np.empty(len(records), np.float32)
    block = np.empty((_BLOCK, DIMENSIONS), np.float32)
    for start in range(0, len(records), _BLOCK):
        end = min(start + _BLOCK, len(records))
        part = block[: end - start]
        part[:] = stored[start:end]
        np.matmul(part, query, out=found[start:end])
    found *= records["scale"]
    return found
