"""Imports texts of regulations: reads, understands, stores, reports (导入法规文本)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from django.contrib.auth.models import User
from django.db import transaction

from portal.policies.candidates import SourceFile, read_candidates
from portal.policies.catalogue import Catalogue
from portal.policies.changes import record
from portal.policies.errors import Remark
from portal.policies.facts import Setting
from portal.policies.models import ImportRun
from portal.policies.refresh import editions_changed
from portal.policies.report import Report, RowState
from portal.policies.store import store


def import_texts(
    files: Iterable[SourceFile],
    *,
    catalogue: Catalogue | None = None,
    setting: Setting | None = None,
    by: User | None = None,
    dry_run: bool = False,
    seconds: float | None = None,
) -> Report:
    """Import what can be imported and report what cannot; nothing else is ever half stored.

    ``dry_run`` does everything and then takes it back. ``seconds``: after this long no further
    file is opened; those left are reported.
    """
    report = Report()
    setting = setting or Setting()
    deadline = None if seconds is None else time.monotonic() + seconds
    readable = _until(deadline, files, report)
    candidates = read_candidates(readable, catalogue or Catalogue(), setting, report)
    with transaction.atomic():
        store(candidates, report)
        if dry_run:
            transaction.set_rollback(True)
        else:
            editions_changed(report.changed_editions, report.replaced_keys)
            run = _keep(report, setting, by)
            record("policy.imported", by, run, report.counts(), setting.region)
    return report


def _until(
    deadline: float | None, files: Iterable[SourceFile], report: Report
) -> Iterator[SourceFile]:
    for file in files:
        if deadline is not None and time.monotonic() > deadline:
            report.fail(file.name, _TOO_LATE)
        else:
            yield file


_TOO_LATE = Remark(
    "run_too_long",
    "本次导入用时已到上限，未读取此文件，请另行导入",
    "this run took too long: the file was not read, import it by itself",
)


def _keep(report: Report, setting: Setting, by: User | None) -> ImportRun:
    document = report.as_json()
    run: ImportRun = ImportRun.objects.create(
        by=by,
        region=setting.region,
        added=report.count(RowState.ADDED),
        changed=report.count(RowState.CHANGED),
        unchanged=report.count(RowState.UNCHANGED),
        failed=report.failed,
        report=document,
    )
    report.run = run.pk
    return run


def files_below(paths: Iterable[Path]) -> Iterator[SourceFile]:
    """The files that ``paths`` name, folders searched through; hidden files are left out."""
    for path in paths:
        if path.is_dir():
            for each in sorted(path.rglob("*")):
                relative = each.relative_to(path)
                hidden = any(part.startswith(".") for part in relative.parts)
                if each.is_file() and not hidden:
                    yield SourceFile(PurePath(path.name) / relative, each)
        else:
            yield SourceFile(PurePath(*path.parts[-2:]), path)
