"""The leak audit over archives: every tile decoded once, every rule asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np

from tiles.desensitise.audit_archive import ArchiveFile, Batch
from tiles.desensitise.audit_averaging import Averaging
from tiles.desensitise.audit_metadata import audit_metadata
from tiles.desensitise.audit_mvt import DecodedTiles, decode_tiles
from tiles.desensitise.audit_mvt_values import Vocabulary
from tiles.desensitise.audit_published import Published
from tiles.desensitise.audit_tile_attributes import AttributeRules
from tiles.desensitise.audit_tile_format import FormatRules
from tiles.desensitise.audit_tile_labels import LabelRules
from tiles.desensitise.audit_tile_matrix import TILE_MATRIX_SETS, TileMatrixSet
from tiles.desensitise.audit_tile_rows import RowRules
from tiles.desensitise.audit_tile_vertices import VertexRules, ZoomPlaces
from tiles.desensitise.audit_tiles import Tally, TileBatch
from tiles.desensitise.audit_varints import Unreadable
from tiles.desensitise.findings import AuditReport, Finding

Progress: TypeAlias = Callable[[str, int, int], None]

_MUST_LOOK = ("archive_tiles", "archive_metadata", "tile_layer", "tile_kind", "tile_vertex")


def no_progress(_step: str, _done: int, _total: int) -> None:
    """For callers that need no progress."""


def audit_tiles(
    path: Path,
    published: Published,
    tms_id: str,
    *,
    averaging: Averaging | None = None,
    vocabulary: Vocabulary | None = None,
    progress: Progress = no_progress,
) -> AuditReport:
    """Every rule on one archive; ``averaging`` gathers the estimates of its vertices."""
    # Two archives of one layer hold the same values: a common vocabulary reads them once.
    vocabulary = Vocabulary() if vocabulary is None else vocabulary
    matrix_set = TILE_MATRIX_SETS.get(tms_id)
    if matrix_set is None:
        zh, en = "未知的瓦片矩阵集，未核对", "an unknown tile matrix set: not checked"
        return AuditReport((Finding("archive_unreadable", "refuse", zh, en),), {"archive_tiles": 0})
    try:
        archive = ArchiveFile(path)
    except Unreadable:
        return AuditReport((_unreadable(1),), {"archive_tiles": 0})
    return _ArchiveAudit(archive, published, matrix_set, averaging, vocabulary).run(progress)


class _ArchiveAudit:
    def __init__(
        self,
        archive: ArchiveFile,
        published: Published,
        matrix_set: TileMatrixSet,
        averaging: Averaging | None,
        vocabulary: Vocabulary,
    ) -> None:
        self._archive = archive
        self._published = published
        self._set = matrix_set
        self._averaging = averaging
        self._vocabulary = vocabulary
        self._formats = FormatRules(published.profile, matrix_set)
        self._vertices = VertexRules(published, matrix_set, archive.top_zoom)
        self._labels = LabelRules(published, matrix_set)
        self._attributes = AttributeRules(published, self._vocabulary)
        self._rows = RowRules(published, matrix_set, archive.top_zoom)
        self._broken: list[int] = []

    def run(self, progress: Progress) -> AuditReport:
        checked: dict[str, int] = {"archive_tiles": 0}
        findings = audit_metadata(self._archive, self._published, self._set, checked)
        places: ZoomPlaces | None = None
        total = len(self._archive)
        progress("archive", 0, total)
        for batch in self._batches():
            if places is None or places.zoom != batch.zoom:
                self._finish_zoom(places)
                places = self._vertices.places(batch.zoom)
            for rules in (self._formats, self._attributes, self._labels):
                rules.look(batch)
            self._rows.look(batch, places, self._vertices.look(batch, places))
            checked["archive_tiles"] += len(batch.tiles)
            progress("archive", checked["archive_tiles"], total)
        self._finish_zoom(places)
        findings += self._row_findings()
        for tally in (*self._tallies(), self._rows.tally):
            checked |= tally.checked
        checked["archive_unreadable"] = total
        if self._broken:
            findings.append(_unreadable(len(self._broken), tuple(self._broken[:10])))
        return AuditReport(tuple(findings + _not_looked(checked)), checked)

    def _row_findings(self) -> list[Finding]:
        findings = [finding for tally in self._tallies() for finding in tally.findings()]
        return findings + self._rows.finish()

    def _tallies(self) -> list[Tally]:
        rules = (self._formats, self._attributes, self._vertices, self._labels)
        return [one.tally for one in rules]

    def _finish_zoom(self, places: ZoomPlaces | None) -> None:
        if places is None:
            return
        self._vertices.finish_zoom(places)
        if self._averaging is not None:
            self._averaging.add(places, self._set)

    def _batches(self) -> Iterator[TileBatch]:
        for batch in self._archive.batches():
            whole = self._decoded(batch)
            if whole is not None:
                yield whole

    def _decoded(self, batch: Batch) -> TileBatch | None:
        """The batch without the tiles that do not decode, which are remembered."""
        keep = [number for number, data in enumerate(batch.data) if data is not None]
        try:
            content = self._decode(batch, keep)
        except Unreadable:
            keep = [number for number in keep if self._is_readable(batch, number)]
            content = self._decode(batch, keep)
        self._broken += np.delete(batch.ids, keep).tolist()
        if not keep:
            return None
        code = self._published.profile.layer.code
        return TileBatch(batch.zoom, code, batch.ids[keep], batch.tiles[keep], content)

    def _decode(self, batch: Batch, keep: list[int]) -> DecodedTiles:
        return decode_tiles([batch.data[number] or b"" for number in keep], self._vocabulary)

    def _is_readable(self, batch: Batch, number: int) -> bool:
        try:
            self._decode(batch, [number])
        except Unreadable:
            return False
        return True


def _unreadable(count: int, tiles: tuple[int, ...] = ()) -> Finding:
    zh = "档案或其瓦片读不出，未核对（所列为瓦片号）"
    en = "the archive or tiles of it cannot be read and were not checked (numbers of tiles)"
    return Finding("archive_unreadable", "refuse", zh, en, count, tiles)


def _not_looked(checked: Mapping[str, int]) -> list[Finding]:
    """A rule that looked at nothing has not passed."""
    idle = [rule for rule in _MUST_LOOK if not checked.get(rule)]
    if not idle:
        return []
    zh, en = "有规则未核对任何内容", "rules that looked at nothing"
    return [Finding("nothing_checked", "refuse", zh, en, len(idle))]


def audit_averages(
    archives: Mapping[str, Path],
    published: Published,
    *,
    progress: Progress = no_progress,
) -> tuple[dict[str, AuditReport], AuditReport]:
    """Every rule on every archive (``archives``: tms id -> file), and what averaging them gives."""
    averaging, vocabulary = Averaging(published), Vocabulary()
    reports = {
        tms_id: audit_tiles(
            path, published, tms_id, averaging=averaging, vocabulary=vocabulary, progress=progress
        )
        for tms_id, path in archives.items()
    }
    checked: dict[str, int] = {}
    findings = averaging.findings(checked)
    if not checked["averaging"]:
        zh, en = "没有可供平均的节点，未核对", "no vertices to average: not checked"
        findings.append(Finding("nothing_checked", "refuse", zh, en))
    return reports, AuditReport(tuple(findings), checked)
