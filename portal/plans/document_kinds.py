"""What a file is, by its content, and whether a notice may carry it. Runs in a child; no Django here."""

from __future__ import annotations

import zipfile
from typing import Any, BinaryIO

from PIL import Image
from pypdf import PdfReader

from portal.plans.errors import BadDocument

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
MACROS = ("word/vbaProject.bin", "xl/vbaProject.bin")
RUNNING_PDF_KEYS = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles")
KNOWN = "PDF、DOCX、XLSX、PNG、JPEG"


def kind_of(file: BinaryIO) -> tuple[str, str]:
    """Extension and media type. Raises ``BadDocument``."""
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"%PDF-"):
        return _checked_pdf(file)
    if start.startswith(b"PK"):
        return _checked_office(file)
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        return _checked_image(file)
    raise BadDocument(
        f"不认识的文件类型，可用：{KNOWN}", "unknown file type; PDF, DOCX, XLSX, PNG, JPEG"
    )


def _checked_pdf(file: BinaryIO) -> tuple[str, str]:
    try:
        reader = PdfReader(file)
        is_encrypted = reader.is_encrypted
        pages = 0 if is_encrypted else len(reader.pages)
        running = "" if is_encrypted else _running_parts(reader.trailer["/Root"])
    except MemoryError:
        raise
    except Exception as problem:
        # Damaged files break the reader in every way, asserts included; each of them is refused.
        raise BadDocument("PDF已损坏，读不出页面", f"the PDF is damaged: {problem}") from problem
    if is_encrypted:
        raise BadDocument(
            "PDF已加密：请上传未加密的文件", "the PDF is encrypted: upload a plain one"
        )
    if not pages:
        raise BadDocument("PDF没有页面", "the PDF has no page")
    if running:
        raise BadDocument(
            f"PDF含有脚本或内嵌文件（{running}）：请另存为普通PDF",
            f"the PDF holds scripts or embedded files ({running}): save it as a plain PDF",
        )
    return PDF


def _running_parts(root: Any) -> str:
    """Names of parts of the catalogue that run or hide something."""
    catalogue = root.get_object()
    found = [key for key in ("/OpenAction", "/AA") if _runs(catalogue.get(key))]
    names = catalogue.get("/Names")
    if names is not None:
        found += [key for key in RUNNING_PDF_KEYS if key in names.get_object()]
    return " ".join(found)


def _runs(action: Any) -> bool:
    if action is None:
        return False
    action = action.get_object() if hasattr(action, "get_object") else action
    return hasattr(action, "get") and action.get("/S") in RUNNING_PDF_KEYS


def _checked_office(file: BinaryIO) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError) as problem:
        raise BadDocument("文件已损坏", f"the file is damaged: {problem}") from problem
    if names.intersection(MACROS):
        raise BadDocument(
            "文件含有宏：请另存为不含宏的文件", "the file holds macros: save it without"
        )
    for part, kind in OOXML.items():
        if part in names:
            return kind
    raise BadDocument(
        f"不认识的文件类型，可用：{KNOWN}", "unknown file type; PDF, DOCX, XLSX, PNG, JPEG"
    )


def _checked_image(file: BinaryIO) -> tuple[str, str]:
    try:
        with Image.open(file, formats=list(IMAGES)) as image:
            kind = IMAGES[str(image.format)]
            image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise BadDocument(
            "图片已损坏或过大", f"the picture is damaged or too large: {problem}"
        ) from problem
    return kind
