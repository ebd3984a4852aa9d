"""Reads a file into lines, by what it contains and not by what it is called."""

from __future__ import annotations

from portal.policies.reading.documents import read_document
from portal.policies.reading.failures import failure
from portal.policies.reading.limits import MAX_CHARACTERS, MAX_FILE_BYTES
from portal.policies.reading.plain_text import decode
from portal.policies.text.lines import SourceLines, markdown_lines, plain_lines

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"
_PDF_WITHIN = 1024
_MARKDOWN_NAMES = (".md", ".markdown")


def read_lines(data: bytes, name: str) -> SourceLines:
    """The lines of a file. ``name`` only tells Markdown from plain text.

    Raises ``TextProblem``: too large, of no known format, encrypted, scanned, damaged, hostile.
    """
    if len(data) > MAX_FILE_BYTES:
        raise failure("too_large")
    if data.startswith(_OLE):
        raise failure("legacy_doc")
    if data.startswith(_ZIP):
        return read_document(data, "docx")
    if _PDF in data[:_PDF_WITHIN]:
        return read_document(data, "pdf")
    text = decode(data)
    if len(text) > MAX_CHARACTERS:
        raise failure("too_long")
    if not text.strip():
        raise failure("empty")
    if _is_html(text):
        raise failure("html")
    if name.lower().endswith(_MARKDOWN_NAMES) or text.lstrip("\ufeff \r\n\t").startswith("# "):
        return markdown_lines(text)
    return plain_lines(text)


def _is_html(text: str) -> bool:
    start = text.lstrip("\ufeff \r\n\t")[:200].lower()
    return start.startswith(("<!doctype", "<html", "<?xml", "<svg", "<script"))
