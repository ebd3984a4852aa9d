"""Uploaded files: known by their content, hashed, and nothing that runs.

Who uploads a file is trusted, the file is not: it is opened in a child process with limits of time
and memory, without network (``child``). What could not be checked is refused.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from portal.core.limited_child import ChildFailed, ChildLimits, run_limited
from portal.staff.uploads.errors import BadUpload, UploadNotChecked

CHUNK = 1024 * 1024
CHILD = "portal.staff.uploads.child"
LIMITS = ChildLimits(seconds=10.0, memory_bytes=512 * CHUNK, result_bytes=64 * 1024)
LONGEST_SENTENCE = 300
NOT_CHECKED = {
    "timeout": ("检查用时过长，已停止", "checking it took too long and was stopped"),
    "memory": ("检查占用内存过多，已停止", "checking it took too much memory and was stopped"),
    "no_isolation": (
        "本机无法隔离检查程序，不接收文件",
        "this machine cannot isolate the checking process: no file is taken",
    ),
    "crashed": ("检查程序意外终止", "the checking process died"),
}
MEND = (
    "文件未通过检查，不予接收：请另存或重新导出后再上传",
    "not checked, so not taken: save or export it anew",
)

_passed: dict[tuple[str, frozenset[str]], tuple[str, str]] = {}
"""Hash and wanted kinds -> extension and media type of files that passed: a form is checked, then
saved, in one request, and each copy has the same bytes."""

MOST_REMEMBERED = 1000


@dataclass(frozen=True)
class CheckedFile:
    """What a file is, by its bytes. ``size`` in bytes, ``sha256`` as 64 hexadecimal digits."""

    extension: str
    media_type: str
    size: int
    sha256: str


def check_upload(file: BinaryIO, kinds: frozenset[str], most_bytes: int) -> CheckedFile:
    """Tell which of ``kinds`` (``kinds.LABELS``) a file is by its content, and hash the bytes.

    Raises ``BadUpload`` for an empty, too large, damaged, encrypted, unknown or running file, and
    ``UploadNotChecked``, which is one too, where the check did not come to an end.
    """
    digest, size = _digest(file)
    if size == 0:
        raise BadUpload("文件是空的", "the file is empty")
    if size > most_bytes:
        raise BadUpload(
            f"文件有{size // CHUNK}MB，上限为{most_bytes // CHUNK}MB：请压缩或拆分",
            f"the file has {size // CHUNK} MB, the limit is {most_bytes // CHUNK} MB: compress or split it",
        )
    if (digest, kinds) not in _passed:
        if len(_passed) >= MOST_REMEMBERED:
            _passed.clear()
        _passed[digest, kinds] = _kind_in_child(file, kinds)
    extension, media_type = _passed[digest, kinds]
    file.seek(0)
    return CheckedFile(extension, media_type, size, digest)


def _digest(file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _kind_in_child(file: BinaryIO, kinds: frozenset[str]) -> tuple[str, str]:
    with tempfile.TemporaryDirectory(prefix="upload-") as name:
        folder = Path(name).resolve()
        file.seek(0)
        with (folder / "document").open("wb") as copy:
            shutil.copyfileobj(file, copy, CHUNK)
        try:
            result = run_limited(CHILD, folder, {"kinds": sorted(kinds)}, LIMITS)
        except ChildFailed as failure:
            raise _not_checked(failure) from failure
    return _kind(result)


def _kind(result: dict[str, Any]) -> tuple[str, str]:
    if "refused" in result:
        zh, en = _words(result["refused"])
        raise BadUpload(zh, en)
    return _words(result.get("kind"))


def _words(pair: Any) -> tuple[str, str]:
    """Two short texts, as the child promised them."""
    match pair:
        case [str(first), str(second)]:
            return first[:LONGEST_SENTENCE], second[:LONGEST_SENTENCE]
    raise _not_checked(ChildFailed("crashed"))


def _not_checked(failure: ChildFailed) -> UploadNotChecked:
    """The refusal of a file whose check came to no end."""
    zh, en = NOT_CHECKED.get(failure.code, NOT_CHECKED["crashed"])
    return UploadNotChecked(f"{zh}。{MEND[0]}", f"{en}; {MEND[1]}")
