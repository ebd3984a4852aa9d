"""Zips from outside, read without trusting a word of them.

No entry is ever written under a name of its own choosing: callers get an entry's bytes, or have
them copied to a path that the caller made up. Names, kinds, counts and declared sizes are checked
before the first byte is unpacked, the real sizes while unpacking.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import IO

from .errors import ArchiveTooLarge, BadArchive, PathOutside, SymlinkEntry
from .limits import MIB, Limits
from .text_encoding import decode_name

_CHUNK = MIB
_END_SIZE = 22
_END_SIGNATURE = b"PK\x05\x06"
_LOCATOR_SIGNATURE = b"PK\x06\x07"
_LONGEST_COMMENT = 65_535
_DIRECTORY_BYTES_PER_ENTRY = 46 + 512
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Small entries of zeros pack better than 1000:1 without harm; only large ones are bombs.
_RATIO_MATTERS_FROM = MIB
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    IndexError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Entry:
    """One file in the archive. ``name`` is its decoded relative path, checked to stay inside."""

    name: str
    size: int
    info: zipfile.ZipInfo


class Archive:
    """An opened zip whose entries passed all checks that need no unpacking."""

    def __init__(self, reader: zipfile.ZipFile, entries: tuple[Entry, ...], limits: Limits) -> None:
        self._reader = reader
        self._limits = limits
        self._unpacked = 0
        self.entries = {entry.name: entry for entry in entries}

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of one entry. Raises ``ArchiveTooLarge`` beyond ``limit`` bytes."""
        entry = self.entries[name]
        if entry.size > limit:
            raise _too_large(f"{entry.size} bytes", name)
        return b"".join(self._chunks(entry, limit))

    def copy(self, name: str, target: Path) -> None:
        """Unpack one entry to ``target``, a path chosen by the caller; it must not exist."""
        with target.open("xb") as stream:
            for chunk in self._chunks(self.entries[name], self._limits.entry_bytes):
                stream.write(chunk)

    def _chunks(self, entry: Entry, limit: int) -> Iterator[bytes]:
        total = 0
        with _as_refusal(entry.name), self._reader.open(entry.info) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                self._unpacked += len(chunk)
                if total > limit or self._unpacked > self._limits.unpacked_bytes:
                    raise _too_large(f"more than {total} bytes", entry.name)
                yield chunk
        if total != entry.size:
            raise BadArchive(
                "文件长度与目录不符", "length differs from the directory", where=entry.name
            )


@contextmanager
def open_archive(path: Path, limits: Limits) -> Iterator[Archive]:
    """Open a zip for reading.

    Raises ``BadArchive``, ``ArchiveTooLarge``, ``PathOutside`` or ``SymlinkEntry``.
    """
    with _as_refusal(path.name):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise BadArchive("不是普通文件", "not a regular file", where=path.name)
    with os.fdopen(handle, "rb") as stream:
        _check_size(stream, path.name, limits)
        with _as_refusal(path.name):
            reader = zipfile.ZipFile(stream)
        with reader:
            entries = _checked_entries(reader, path.name, limits)
            yield Archive(reader, entries, limits)


def _check_size(stream: IO[bytes], name: str, limits: Limits) -> None:
    """Size of the file and of its directory, before ``zipfile`` reads it."""
    status = os.fstat(stream.fileno())
    if status.st_size > limits.package_bytes:
        raise _too_large(f"{status.st_size} bytes", name)
    tail_size = min(status.st_size, _END_SIZE + _LONGEST_COMMENT + 20)
    stream.seek(status.st_size - tail_size)
    tail = stream.read(tail_size)
    position = tail.rfind(_END_SIGNATURE)
    if position < 0 or len(tail) - position < _END_SIZE:
        raise BadArchive("不是 ZIP 文件，或文件不完整", "no zip, or cut off", where=name)
    if _LOCATOR_SIGNATURE in tail[max(0, position - 20) : position]:
        raise BadArchive("不接受 ZIP64 目录", "zip64 directories are not accepted", where=name)
    _, _, _, count, size, _, _ = struct.unpack("<HHHHIIH", tail[position + 4 : position + 22])
    if count > limits.max_entries or size > limits.max_entries * _DIRECTORY_BYTES_PER_ENTRY:
        raise _too_large(f"{count} entries", name)


def _checked_entries(reader: zipfile.ZipFile, archive: str, limits: Limits) -> tuple[Entry, ...]:
    infos = reader.infolist()
    if len(infos) > limits.max_entries:
        raise _too_large(f"{len(infos)} entries", archive)
    _check_sizes(infos, archive, limits)
    _check_overlap(infos, archive)
    names = [_checked_name(info) for info in infos]
    folded = [str(PurePosixPath(name)).casefold() for name in names]
    if len(set(folded)) != len(folded):
        raise BadArchive("有重名的文件", "two entries have the same name", where=archive)
    pairs = zip(names, infos, strict=True)
    return tuple(Entry(name, info.file_size, info) for name, info in pairs if not info.is_dir())


def _check_sizes(infos: list[zipfile.ZipInfo], archive: str, limits: Limits) -> None:
    total = sum(info.file_size for info in infos)
    if total > limits.unpacked_bytes:
        raise _too_large(f"{total} bytes unpacked", archive)
    for info in infos:
        if info.file_size > limits.entry_bytes:
            raise _too_large(f"{info.file_size} bytes in one entry", archive)
        ratio = info.file_size / max(1, info.compress_size)
        if info.file_size > _RATIO_MATTERS_FROM and ratio > limits.max_ratio:
            raise _too_large(f"packed {ratio:.0f} to 1", archive)


def _check_overlap(infos: list[zipfile.ZipInfo], archive: str) -> None:
    """Entries that share bytes unpack to more than the file can hold honestly (overlap bomb)."""
    spans = sorted((info.header_offset, info.compress_size) for info in infos)
    for (start, size), (following, _) in pairwise(spans):
        if start + 30 + size > following:
            raise BadArchive("文件内容相互重叠", "entries overlap", where=archive)


def _checked_name(info: zipfile.ZipInfo) -> str:
    """The entry's relative path; encrypted, special and unpackable entries are refused."""
    name = _decoded_name(info)
    if info.flag_bits & _ENCRYPTED:
        raise BadArchive("文件已加密", "the entry is encrypted", where=name)
    if info.compress_type not in _METHODS:
        raise BadArchive("压缩方法不受支持", "packed by a method not accepted", where=name)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise SymlinkEntry("含符号链接或特殊文件", "a symbolic link or special file", where=name)
    _check_inside(name)
    return name


def _check_inside(name: str) -> None:
    slashed = name.replace("\\", "/")
    parts = PurePosixPath(slashed).parts
    if slashed.startswith("/") or ".." in parts or slashed[1:2] == ":":
        raise PathOutside("文件路径指向包外", "the path leads outside", where=name)
    if not parts or not name.isprintable() or "\\" in name:
        raise BadArchive("文件名无效", "the name cannot be used", where="zip")


def _decoded_name(info: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 mark are bytes in an unstated encoding; often GBK in practice."""
    if info.orig_filename != info.filename.rstrip("\x00") and "\x00" in info.orig_filename:
        raise BadArchive("文件名无效", "the name cannot be used", where="zip")
    if info.flag_bits & _UTF8_NAME:
        return info.orig_filename
    return decode_name(info.orig_filename.encode("cp437"))


@contextmanager
def _as_refusal(where: str) -> Iterator[None]:
    """Whatever a damaged zip makes ``zipfile`` raise, it is one refusal."""
    try:
        yield
    except _ZIP_ERRORS as error:
        raise BadArchive(
            "压缩包损坏或无法读取", "the archive is damaged or cannot be read", where=where
        ) from error


def _too_large(what: str, where: str) -> ArchiveTooLarge:
    return ArchiveTooLarge(
        f"超出大小限制（{what}），疑为压缩炸弹",
        f"beyond the size limits ({what}); perhaps a zip bomb",
        where=where,
    )
