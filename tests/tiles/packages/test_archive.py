from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiles.packages.making import write_zip
from tiles.desensitise.errors import Refusal
from tiles.packages.archive import open_archive
from tiles.packages.errors import ArchiveTooLarge, BadArchive, PathOutside, SymlinkEntry
from tiles.packages.limits import Limits

SMALL = Limits(package_bytes=1 << 20, unpacked_bytes=1 << 21, entry_bytes=1 << 20, max_entries=20)


def read_all(path: Path, limits: Limits = SMALL) -> dict[str, bytes]:
    with open_archive(path, limits) as archive:
        return {name: archive.read(name, limits.entry_bytes) for name in archive.entries}


def test_a_plain_zip_is_read(tmp_path: Path) -> None:
    files = {"a.txt": b"one", "folder/b.txt": b"two" * 1000}
    assert read_all(write_zip(tmp_path / "a.zip", files)) == files


def test_an_entry_is_copied_only_to_the_callers_path(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"name.txt": b"one"})
    with open_archive(path, SMALL) as archive:
        archive.copy("name.txt", tmp_path / "mine")
        with pytest.raises(FileExistsError):
            archive.copy("name.txt", tmp_path / "mine")
    assert (tmp_path / "mine").read_bytes() == b"one"


@pytest.mark.parametrize(
    "name",
    ["../a", "a/../../b", "/etc/passwd", "C:/a", "c:a", "..\\a", "\\\\host\\a", "a/..", "C:\\a"],
)
def test_a_path_outside_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PathOutside):
        read_all(write_zip(tmp_path / "a.zip", {name: b"x"}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_a_symlink_or_special_file_is_refused(tmp_path: Path, kind: int) -> None:
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, b"/etc/passwd")
    with pytest.raises(SymlinkEntry):
        read_all(tmp_path / "a.zip")


def test_the_zip_itself_may_not_be_a_symlink(tmp_path: Path) -> None:
    write_zip(tmp_path / "a.zip", {"a": b"x"})
    (tmp_path / "b.zip").symlink_to("a.zip")
    with pytest.raises(BadArchive):
        read_all(tmp_path / "b.zip")


def test_a_bomb_by_declared_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveTooLarge):
        read_all(write_zip(tmp_path / "a.zip", {"zeros": bytes((1 << 20) + 1)}))


def test_a_bomb_by_ratio_is_refused(tmp_path: Path) -> None:
    limits = Limits(max_ratio=100)
    with pytest.raises(ArchiveTooLarge):
        read_all(write_zip(tmp_path / "a.zip", {"zeros": bytes(8 << 20)}), limits)


def test_a_bomb_that_lies_about_its_size_is_stopped_while_unpacking(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"zeros": bytes(1 << 20)})
    raw = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        position = raw.find(signature) + offset
        raw[position : position + 4] = struct.pack("<I", 10)
    path.write_bytes(raw)
    with pytest.raises((BadArchive, ArchiveTooLarge)):
        read_all(path)


def test_many_entries_that_are_too_large_together_are_refused(tmp_path: Path) -> None:
    import random

    noise = random.Random(1).randbytes(300_000)
    limits = Limits(unpacked_bytes=1 << 20)
    with pytest.raises(ArchiveTooLarge):
        read_all(write_zip(tmp_path / "a.zip", {str(n): noise for n in range(4)}), limits)


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveTooLarge):
        read_all(write_zip(tmp_path / "a.zip", {str(n): b"" for n in range(21)}))


def test_entries_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """The overlap bomb: many directory entries over one packed stream."""
    path = write_zip(tmp_path / "a.zip", {"a": b"x" * 1000})
    raw = path.read_bytes()
    start = raw.find(b"PK\x01\x02")
    end = raw.find(b"PK\x05\x06")
    entry = raw[start:end]
    second = entry.replace(b"a", b"b", 1) if entry.endswith(b"a") else entry[:-1] + b"b"
    directory = entry + second
    tail = bytearray(raw[end:])
    tail[8:12] = struct.pack("<HH", 2, 2)
    tail[12:16] = struct.pack("<I", len(directory))
    path.write_bytes(raw[:start] + directory + bytes(tail))
    with pytest.raises(BadArchive):
        read_all(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a", "a"), ("a", "A"), ("f/a", "f/./a")])
def test_doubled_names_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    with pytest.raises(BadArchive):
        read_all(tmp_path / "a.zip")


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a": b"x"})
    raw = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.find(signature) + offset] |= 1
    path.write_bytes(raw)
    with pytest.raises(BadArchive):
        read_all(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_methods_are_refused(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a", b"x" * 100)
    with pytest.raises(BadArchive):
        read_all(tmp_path / "a.zip")


def test_a_truncated_zip_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a": b"x" * 300, "b": b"y" * 300})
    raw = path.read_bytes()
    for length in range(0, len(raw), 7):
        path.write_bytes(raw[:length])
        with pytest.raises(BadArchive):
            read_all(path)


def test_a_directory_or_nothing_is_no_zip(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.zip"):
        with pytest.raises(BadArchive):
            read_all(path)


def test_names_in_gbk_without_the_utf8_mark_are_readable(tmp_path: Path) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("XXXXXXXX.txt", b"x")
    name = "规划用地".encode("gbk")
    data = raw.getvalue().replace(b"XXXXXXXX", name)
    (tmp_path / "a.zip").write_bytes(data)
    assert list(read_all(tmp_path / "a.zip")) == ["规划用地.txt"]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_damage_is_harmless_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    files = {"a.txt": b"x" * 50, "b/c.txt": b"y" * 20}
    raw = bytearray(write_zip(path, files).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    try:
        found = read_all(path)
    except Refusal:
        return
    assert all(content in files.values() for content in found.values())
