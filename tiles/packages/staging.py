"""Copies the sources into a job's folder under names that we made up.

The reading process sees only these copies. A Shapefile's parts and a FileGDB's tables must keep
their names' endings to be found together, so directories and stems are numbered and only plain
endings survive. Archives are unpacked here, entry by entry, within the limits.
"""

from __future__ import annotations

import gzip
import re
import shutil
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .archive import Archive, open_archive
from .errors import BadArchive, NestedArchive, SourceTooLarge, SourceUnreadable, SymlinkEntry
from .limits import MIB, Limits

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_OPENED = frozenset(
    (
        *(".shp", ".geojson", ".json", ".geojsonl", ".geojsons", ".topojson", ".gpkg", ".sqlite"),
        *(".kml", ".gml", ".dxf", ".csv", ".tab", ".mif", ".fgb", ".gpx", ".dgn", ".jml"),
    )
)
_ARCHIVES = frozenset((".zip", ".kmz", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz"))
_ENDING = re.compile(r"(\.[a-z0-9]{1,12}){0,2}$")
_TABLE_NAME = re.compile(r"[a-z0-9_.]{1,40}")
_CHUNK = MIB


@dataclass(frozen=True)
class StagedSource:
    """``path`` is our copy; ``display`` is what people call the source."""

    path: Path
    display: str


@dataclass
class Stage:
    """The sources of one job (暂存区), filled by ``stage_sources``.

    ``left_out``: endings of files in folders and archives that are no geodata, with counts.
    """

    root: Path
    limits: Limits
    sources: list[StagedSource] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    _folders: dict[tuple[str, str], Path] = field(default_factory=dict)
    _stems: dict[tuple[Path, str], str] = field(default_factory=dict)
    _bytes: int = 0

    def place(self, group: str, name: PurePosixPath) -> Path:
        """The made-up path for the file called ``name`` in input ``group``."""
        folder = self._folder(group, name.parent)
        lowered = name.name.lower()
        if folder.suffix == ".gdb" and _TABLE_NAME.fullmatch(lowered):
            return folder / name.name
        match = _ENDING.search(lowered)
        ending = match.group() if match and not lowered.startswith(".") else ""
        if ending.count(".") == 2 and not ending.endswith((".xml", ".gz")):
            ending = "." + ending.rsplit(".", 1)[1]
        stem = lowered[: len(lowered) - len(ending)]
        number = self._stems.setdefault((folder, stem), f"f{len(self._stems):05d}")
        return folder / f"{number}{ending}"

    def add_bytes(self, count: int, display: str) -> None:
        """Count staged bytes. Raises ``SourceTooLarge``."""
        self._bytes += count
        if self._bytes > self.limits.source_bytes:
            raise SourceTooLarge(
                "源文件总大小超出限制", "the sources together are too large", where=display
            )

    def _folder(self, group: str, name: PurePosixPath) -> Path:
        key = (group, str(name))
        if key not in self._folders:
            ending = ".gdb" if name.suffix.lower() == ".gdb" else ""
            self._folders[key] = self.root / f"d{len(self._folders):05d}{ending}"
            self._folders[key].mkdir()
        return self._folders[key]


def stage_sources(paths: Sequence[Path], root: Path, limits: Limits) -> Stage:
    """Copy and unpack ``paths`` beneath ``root``, in a stable order.

    Raises ``SourceUnreadable``, ``SourceTooLarge`` and the refusals of ``archive``.
    """
    stage = Stage(root, limits)
    for number, path in enumerate(paths):
        _stage_one(stage, str(number), path)
    if not stage.sources:
        raise SourceUnreadable(
            "没有可读取的地理数据文件",
            "there is no geodata file in it",
            where=paths[0].name if paths else "",
        )
    return stage


def _stage_one(stage: Stage, group: str, path: Path) -> None:
    suffix = path.suffix.lower()
    if path.is_dir():
        _stage_folder(stage, group, path)
    elif not path.is_file():
        raise SourceUnreadable("找不到文件", "there is no such file", where=path.name)
    elif suffix in (".zip", ".kmz"):
        _stage_archive(stage, group, path)
    elif suffix == ".gz":
        _stage_gzip(stage, group, path)
    elif suffix in _ARCHIVES:
        raise SourceUnreadable("不支持这种压缩格式，请用 ZIP", "pack it as a zip", where=path.name)
    else:
        _stage_file(stage, group, path)


def _stage_file(stage: Stage, group: str, path: Path) -> None:
    target = _copy(stage, group, path, PurePosixPath(path.name))
    for sibling in _siblings(path):
        _copy(stage, group, sibling, PurePosixPath(sibling.name))
    stage.sources.append(StagedSource(target, path.name))


def _siblings(path: Path) -> list[Path]:
    """The files that belong to ``path``, in any mixture of upper and lower case."""
    parts = {".shp": SHAPEFILE_PARTS, ".tab": (".dat", ".map", ".id", ".ind"), ".mif": (".mid",)}
    wanted = parts.get(path.suffix.lower(), ())
    return sorted(
        other
        for other in path.parent.iterdir()
        if other != path
        and other.stem == path.stem
        and other.suffix.lower() in wanted
        and other.suffix.lower() != path.suffix.lower()
        and other.is_file()
    )


def _copy(stage: Stage, group: str, path: Path, name: PurePosixPath) -> Path:
    stage.add_bytes(path.stat().st_size, path.name)
    target = stage.place(group, name)
    try:
        if target.exists():
            raise SourceUnreadable(
                "文件名重复（仅大小写不同）", "two files differ only in case", where=path.name
            )
        shutil.copyfile(path, target)
    except OSError as error:
        raise SourceUnreadable(
            "无法读取文件", "the file cannot be read", where=path.name
        ) from error
    return target


def _stage_folder(stage: Stage, group: str, path: Path) -> None:
    base = path.parent if path.suffix.lower() == ".gdb" else path
    files = sorted(found for found in path.rglob("*") if not found.is_dir() or found.is_symlink())
    if len(files) > stage.limits.max_entries:
        raise SourceTooLarge("文件数超出限制", "too many files", where=path.name)
    names = [PurePosixPath(found.relative_to(base).as_posix()) for found in files]
    for found, name in zip(files, names, strict=True):
        if found.is_symlink() or not found.is_file():
            raise SymlinkEntry(
                "含符号链接或特殊文件", "a symbolic link or special file", where=str(name)
            )
        if found.suffix.lower() in _ARCHIVES:
            _stage_one(stage, f"{group}/{name}", found)
        elif _is_part(name):
            _copy(stage, group, found, name)
    _list_sources(stage, group, path.name, names)


def _stage_archive(stage: Stage, group: str, path: Path) -> None:
    with open_archive(path, stage.limits) as archive:
        names = sorted(map(PurePosixPath, archive.entries))
        for name in names:
            if name.suffix.lower() in _ARCHIVES and not _is_kmz_asset(path, name):
                raise NestedArchive(
                    "压缩包内还有压缩包，请先解开",
                    "an archive within the archive; unpack it first",
                    where=f"{path.name}/{name}",
                )
            if _is_part(name):
                _unpack(stage, archive, group, name)
        _list_sources(stage, group, path.name, names)


def _is_kmz_asset(path: Path, name: PurePosixPath) -> bool:
    """A KMZ may carry further KMZ files for links that are never followed here."""
    return path.suffix.lower() == ".kmz" and name.suffix.lower() == ".kmz"


def _unpack(stage: Stage, archive: Archive, group: str, name: PurePosixPath) -> None:
    stage.add_bytes(archive.entries[str(name)].size, str(name))
    archive.copy(str(name), stage.place(group, name))


def _is_part(name: PurePosixPath) -> bool:
    """Needed by the reader: a data file, a part of one, or a table of a FileGDB."""
    parts = (*SHAPEFILE_PARTS, ".dat", ".map", ".id", ".ind", ".mid", ".gfs")
    in_database = any(folder.suffix.lower() == ".gdb" for folder in name.parents)
    return in_database or name.suffix.lower() in _OPENED or name.suffix.lower() in parts


def _list_sources(stage: Stage, group: str, shown: str, names: Sequence[PurePosixPath]) -> None:
    databases: set[PurePosixPath] = set()
    for name in names:
        database = next((f for f in name.parents if f.suffix.lower() == ".gdb"), None)
        if database is not None:
            databases.add(database)
        elif name.suffix.lower() in _OPENED and not name.name.startswith("._"):
            stage.sources.append(StagedSource(stage.place(group, name), f"{shown}/{name}"))
        elif not _is_part(name) and name.suffix.lower() not in _ARCHIVES:
            stage.left_out[name.suffix.lower() or "?"] += 1
    for database in sorted(databases):
        folder = stage.place(group, database / "gdb").parent
        stage.sources.append(StagedSource(folder, f"{shown}/{database}"))


def _stage_gzip(stage: Stage, group: str, path: Path) -> None:
    target = stage.place(group, PurePosixPath(path.name).with_suffix(""))
    budget = stage.limits.entry_bytes
    try:
        with gzip.open(path, "rb") as source, target.open("xb") as stream:
            while chunk := source.read(_CHUNK):
                stage.add_bytes(len(chunk), path.name)
                budget -= len(chunk)
                if budget < 0:
                    raise SourceTooLarge("解压后过大", "too large when unpacked", where=path.name)
                stream.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise BadArchive("压缩文件损坏", "the gzip file is damaged", where=path.name) from error
    stage.sources.append(StagedSource(target, path.name))
