"""The public half of audit and quality control of a written feature file, beside other work.

At packing both halves read what was written and neither needs the other. For a large layer the
public half runs in a process of its own, which is started while the layer is still being
desensitised. For a small one, or on one processor, starting it would take longer than it saves; a
huge one is not held in two processes at a time, since memory gives out before patience does.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tiles.desensitise.audit import AuditReport, audit_public
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.floor import FLOOR
from tiles.desensitise.profile import Profile, parse_public

from .errors import NotChecked
from .feature_file import read_features
from .limits import Limits
from .quality import public_quality
from .quality_report import QualityReport

# Below this number of features the process would start in vain; it takes 3.5 kB for each.
LARGE = 20_000
HUGE = 400_000


@dataclass(frozen=True)
class PublicHalf:
    """What the public half found in the written file."""

    audit: AuditReport
    quality: QualityReport


# Begins the work on the feature file and its table; what it returns waits for the result.
Begin = Callable[[Path, FeatureTable], Callable[[], PublicHalf]]


@contextmanager
def public_half(rows: int, profile: Profile, limits: Limits) -> Iterator[Begin]:
    """How to run the public half for a layer of about ``rows`` features.

    What the returned call raises is what the work raised, or ``NotChecked`` when its process died.
    """
    if not LARGE <= rows <= HUGE or len(os.sched_getaffinity(0)) < 2:
        yield lambda _path, table: lambda: check_public_half(table, profile)
        return
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    try:
        # The interpreter starts and imports its libraries while the parent works on.
        pool.submit(_warm_up)

        def begin(path: Path, _table: FeatureTable) -> Callable[[], PublicHalf]:
            work = pool.submit(_check_file, path, profile.public(), limits)
            return lambda: _result(work)

        yield begin
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def check_public_half(table: FeatureTable, profile: Profile) -> PublicHalf:
    """Audit and quality control of ``table``, as read back from what was written."""
    return PublicHalf(audit_public(table, profile, FLOOR), public_quality(table, profile))


def _warm_up() -> None:
    """To import this module is all."""


def _check_file(path: Path, profile: dict[str, Any], limits: Limits) -> PublicHalf:
    """Runs in the other process, which never sees the secret half of the profile."""
    return check_public_half(read_features(path, limits), parse_public(profile))


def _result(work: Future[PublicHalf]) -> PublicHalf:
    try:
        return work.result()
    except BrokenProcessPool as error:
        raise NotChecked(
            "公开部分的质检与审计进程异常终止，未核对",
            "the process of the public half died: quality and audit were not checked",
            mend_zh="检查本机内存是否充足后重试",
            mend_en="see whether the machine has memory enough and try again",
        ) from error
