"""Plain text and tables of commas: text in a known encoding, no mark-up. Runs in a child."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from portal.staff.uploads.errors import BadUpload

CHUNK = 1024 * 1024
MARKUP = re.compile(r"\s*<[!?/a-zA-Z]")
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Control characters that no editor writes; tab, line and page breaks are text."""


def check(file: BinaryIO) -> None:
    """Raises ``BadUpload`` for what is no text of UTF-8, UTF-16 or GB 18030, or is mark-up."""
    for encoding in _encodings(file):
        if _decodes(file, encoding):
            return
    raise BadUpload(
        "文件不是纯文本（UTF-8、UTF-16或GB 18030）：请按扩展名另存",
        "the file is no plain text (UTF-8, UTF-16 or GB 18030): save it as what its name says",
    )


def _encodings(file: BinaryIO) -> tuple[str, ...]:
    file.seek(0)
    if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return ("utf-16",)
    return ("utf-8-sig", "gb18030")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder, is_start = codecs.getincrementaldecoder(encoding)(), True
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if NO_TEXT.search(text):
                return False
            if is_start and MARKUP.match(text):
                raise BadUpload(
                    "文件是网页或标记语言，不是纯文本：请另存为PDF",
                    "the file is mark-up, not plain text: save it as PDF",
                )
            is_start = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
