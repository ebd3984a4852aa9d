"""What a file is, by its content, and whether it may be taken in. Runs in a child; no Django here."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import BinaryIO

from PIL import Image

from portal.staff.uploads import archives, pdf, texts
from portal.staff.uploads.errors import BadUpload

OOXML = {
    "word/document.xml": (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xl/workbook.xml": (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
IMAGES = {"PNG": ("png", "image/png"), "JPEG": ("jpg", "image/jpeg")}
PDF = ("pdf", "application/pdf")
ZIP = ("zip", "application/zip")
TEXT = ("txt", "text/plain")
MACROS = ("word/vbaProject.bin", "xl/vbaProject.bin")
LABELS = {
    "pdf": "PDF",
    "docx": "DOCX",
    "xlsx": "XLSX",
    "png": "PNG",
    "jpg": "JPEG",
    "txt": "TXT/CSV",
    "zip": "ZIP",
}
"""Extension -> what it is called, in the order in which kinds are listed."""


def kind_of(file: BinaryIO, kinds: frozenset[str]) -> tuple[str, str]:
    """Extension and media type of a file that is one of ``kinds``. Raises ``BadUpload``."""
    file.seek(0)
    check = _check_for(file.read(8), kinds)
    file.seek(0)
    kind = check(file)
    if kind[0] not in kinds:
        raise _unknown(kinds)
    return kind


def _check_for(start: bytes, kinds: frozenset[str]) -> Callable[[BinaryIO], tuple[str, str]]:
    if start.startswith(b"%PDF-"):
        return _checked_pdf
    if start.startswith(b"PK"):
        return lambda file: _checked_packed(file, kinds)
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        return _checked_image
    if "txt" in kinds:
        return _checked_text
    raise _unknown(kinds)


def _unknown(kinds: frozenset[str]) -> BadUpload:
    known = [label for kind, label in LABELS.items() if kind in kinds]
    return BadUpload(
        f"不认识的文件类型，可用：{'、'.join(known)}", f"unknown file type; {', '.join(known)}"
    )


def _checked_pdf(file: BinaryIO) -> tuple[str, str]:
    pdf.check(file)
    return PDF


def _checked_text(file: BinaryIO) -> tuple[str, str]:
    texts.check(file)
    return TEXT


def _checked_packed(file: BinaryIO, kinds: frozenset[str]) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(file) as archive:
            kind = _office_kind(set(archive.namelist()))
            if kind is None and ZIP[0] in kinds:
                archives.check(archive)
                return ZIP
    except (zipfile.BadZipFile, ValueError) as problem:
        raise BadUpload("文件已损坏", f"the file is damaged: {problem}") from problem
    if kind is None:
        raise _unknown(kinds)
    return kind


def _office_kind(names: set[str]) -> tuple[str, str] | None:
    if names.intersection(MACROS):
        raise BadUpload(
            "文件含有宏：请另存为不含宏的文件", "the file holds macros: save it without"
        )
    return next((kind for part, kind in OOXML.items() if part in names), None)


def _checked_image(file: BinaryIO) -> tuple[str, str]:
    try:
        with Image.open(file, formats=list(IMAGES)) as image:
            kind = IMAGES[str(image.format)]
            image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise BadUpload(
            "图片已损坏或过大", f"the picture is damaged or too large: {problem}"
        ) from problem
    return kind
