"""Archives: what is packed neither runs nor hides nor leads out of its folder. Runs in a child."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath

from portal.staff.uploads.errors import BadUpload

MOST_MEMBERS = 10_000
MOST_BYTES = 4 * 1024**3
ENCRYPTED = 0x1
RUNNING_STARTS = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
"""Programs of Windows, Linux and macOS, and scripts."""

RUNNING_NAMES = frozenset(
    {
        *(".exe", ".com", ".scr", ".dll", ".msi", ".bat", ".cmd", ".ps1", ".lnk", ".jar", ".sh"),
        *(".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".htm", ".html", ".svg", ".chm"),
        *(".docm", ".xlsm", ".pptm"),
    }
)


def check(archive: zipfile.ZipFile) -> None:
    """Raises ``BadUpload``; and ``BadZipFile`` or ``ValueError`` where a member is damaged."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > MOST_BYTES:
        raise BadUpload("压缩包内文件过多或过大：请拆分", "the archive holds too much: split it")
    for member in members:
        _check_member(archive, member)


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    name = member.filename[:80]
    if member.flag_bits & ENCRYPTED:
        raise BadUpload(
            f"压缩包已加密（{name}）：请上传未加密的文件",
            f"the archive is encrypted ({name}): upload a plain one",
        )
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise BadUpload(
            f"压缩包内路径有误（{name}）：请重新压缩",
            f"a path in the archive leads out of it ({name}): pack it anew",
        )
    if path.suffix.lower() in RUNNING_NAMES or _runs(archive, member):
        raise BadUpload(
            f"压缩包含有程序、脚本或网页（{name}）：请去掉后再压缩",
            f"the archive holds a program, script or web page ({name}): pack it without",
        )


def _runs(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    if member.is_dir():
        return False
    try:
        with archive.open(member) as file:
            return file.read(8).startswith(RUNNING_STARTS)
    except NotImplementedError as problem:
        raise ValueError(f"{member.filename}: {problem}") from problem
