"""Write the releases in force as files, and remove what was withdrawn."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tiles.pyramid.errors import ArchiveError
from tiles.releases.directory import Directory, PublishedLayer, PublishedRelease
from tiles.releases.errors import UnknownLayer
from tiles.serving.export.errors import ExportFailed, NothingPublished
from tiles.serving.export.index import ExportedRelease, ExportIndex, read_index, write_index
from tiles.serving.export.tile_files import explode, source_of

Form = Literal["tiles", "archives", "both"]
Progress = Callable[[str, int, int], None]

WITHDRAWN_NAME = "withdrawn"
"""An empty file that stands for a withdrawn release: web servers answer 410."""

_REMOVED = ".removed-"


@dataclass
class ExportResult:
    """What a call did; each item is ``layer/release`` or ``layer/release/grid``."""

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def export_tiles(
    published: Path,
    directory: Directory,
    out: Path,
    *,
    layers: Collection[str] = (),
    form: Form = "tiles",
    progress: Progress,
) -> ExportResult:
    """Bring the folder ``out`` up to date with what is published.

    ``layers``: only these are written; withdrawals are followed for every layer. A release that
    was in force at an earlier call stays until it is withdrawn, since open maps still ask for it.
    Raises a ``Refusal``; what was complete stays, and a repeated call goes on from there.
    """
    _check_layers(directory, layers)
    index = read_index(out)
    out.mkdir(parents=True, exist_ok=True)
    job = _Export(published, out, index, form, progress)
    try:
        for left in out.glob(f"{_REMOVED}*"):
            shutil.rmtree(left)
        # First of all: from now on this folder is ours, whatever ends the call.
        write_index(out, index)
        job.remove_withdrawn(directory)
        for layer in directory.layers.values():
            if layer.current and (not layers or layer.code in layers):
                job.write_release(layer, layer.releases[layer.current])
    except OSError as error:
        raise ExportFailed(
            f"无法写出：{error.strerror}",
            f"cannot write: {error.strerror}",
            where=Path(str(error.filename or out)).name,
            mend_zh="检查磁盘空间与权限，再运行一次即可继续",
            mend_en="check space and permissions, then run again: it goes on where it ended",
        ) from error
    except ArchiveError as error:
        raise ExportFailed(
            f"瓦片档案无法读取：{error}",
            f"an archive cannot be read: {error}",
            mend_zh="重新发布该版本",
            mend_en="publish the release again",
        ) from error
    return job.result


def _check_layers(directory: Directory, layers: Collection[str]) -> None:
    for code in layers:
        if code not in directory.layers or not directory.layers[code].current:
            raise UnknownLayer(
                f"没有已发布的图层 {code}",
                f"there is no published layer {code}",
                mend_zh="用 release_list 查看",
                mend_en="see release_list",
            )
    if not any(layer.current or layer.releases for layer in directory.layers.values()):
        raise NothingPublished("尚未发布任何图层", "nothing is published yet")


@dataclass
class _Export:
    published: Path
    out: Path
    index: ExportIndex
    form: Form
    progress: Progress
    result: ExportResult = field(default_factory=ExportResult)

    def remove_withdrawn(self, directory: Directory) -> None:
        """Delete releases that are withdrawn, or that the directory no longer knows."""
        for layer in directory.layers.values():
            for release in layer.releases.values():
                if release.withdrawn:
                    self._withdraw(layer.code, release.release)
        for code, name in list(self.index.releases):
            known = directory.layers.get(code)
            if known is None or name not in known.releases:
                self._withdraw(code, name)

    def _withdraw(self, layer: str, release: str) -> None:
        known = self.index.releases.get((layer, release))
        if known is not None and known.withdrawn:
            return
        folder = self.out / layer / release
        if folder.exists():
            # Out of the served names by one rename, whatever its size. Not overwritten: equal
            # tiles of a release in force are the same file under another name.
            aside = self.out / f"{_REMOVED}{layer}-{release}"
            folder.replace(aside)
            shutil.rmtree(aside)
            self.result.removed.append(f"{layer}/{release}")
        folder.mkdir(parents=True)
        (folder / WITHDRAWN_NAME).touch()
        self.index.releases[layer, release] = ExportedRelease(layer, release, withdrawn=True)
        if self.index.current.get(layer) == release:
            del self.index.current[layer]
        write_index(self.out, self.index)

    def write_release(self, layer: PublishedLayer, release: PublishedRelease) -> None:
        """Write every grid of a release, then name it as the one in force."""
        entry = self.index.releases.setdefault(
            (layer.code, release.release), ExportedRelease(layer.code, release.release)
        )
        for tms, relative in release.archives.items():
            archive = self.published / relative
            if self.form in {"tiles", "both"}:
                self._write_tiles(entry, tms, archive)
            if self.form in {"archives", "both"}:
                self._write_archive(entry, tms, archive)
        self.index.current[layer.code] = release.release
        write_index(self.out, self.index)

    def _write_tiles(self, entry: ExportedRelease, tms: str, archive: Path) -> None:
        name = f"{entry.layer}/{entry.release}/{tms}"
        target, known = self.out / name, entry.tiles.get(tms)
        if known is not None and known.source == source_of(archive) and target.is_dir():
            self.result.kept.append(name)
            return
        entry.tiles[tms] = explode(
            archive,
            tms,
            target,
            earlier=self._earlier(entry, tms),
            progress=lambda done, total: self.progress("导出 export", done, total),
        )
        self.result.written.append(name)
        write_index(self.out, self.index)

    def _earlier(self, entry: ExportedRelease, tms: str) -> Path | None:
        """The same grid of the release of this layer that was exported last."""
        name = self.index.current.get(entry.layer)
        if name is None or name == entry.release:
            return None
        known = self.index.releases.get((entry.layer, name))
        return self.out / entry.layer / name / tms if known and tms in known.tiles else None

    def _write_archive(self, entry: ExportedRelease, tms: str, archive: Path) -> None:
        name = f"{entry.layer}/{entry.release}/{tms}.pmtiles"
        target, source = self.out / name, source_of(archive)
        if entry.archives.get(tms) == source and target.is_file():
            self.result.kept.append(name)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.partial")
        temporary.unlink(missing_ok=True)
        # A copy, not a link: deleting the portal's archive overwrites its bytes.
        shutil.copyfile(archive, temporary)
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.replace(target)
        entry.archives[tms] = source
        self.result.written.append(name)
        write_index(self.out, self.index)
