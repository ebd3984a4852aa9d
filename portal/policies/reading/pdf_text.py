"""The text layer of a PDF as paragraphs. Runs in the reading process; no Django here."""

from __future__ import annotations

import io
import logging
import re

import pypdf
from pypdf.errors import PyPdfError

from portal.policies.reading.document_failure import CannotRead
from portal.policies.reading.limits import MAX_CHARACTERS, MAX_PAGES

_PAGE_NUMBER = re.compile(r"[-—–－·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*/\s*\d{1,4})?[-—–－·\s]*")
_STARTS = re.compile(
    r"\s*(?:第\s*[零〇一二三四五六七八九十百千\d]+\s*(?:条|章|节|编|分\s*编)"
    r"|[（(][零〇一二三四五六七八九十百\d]+[）)]|[一二三四五六七八九十]+、|\d{1,3}[.．、]|附\s*[件录表：:则]|目\s*录\s*$)"
)
_ENDS = re.compile(r"[。；：！？」』”]\s*$")
_HEADING = re.compile(
    r"\s*第\s*[零〇一二三四五六七八九十百千\d]+\s*(?:章|节|编|分\s*编)\s*\S{0,30}$"
)
_FEW = 12
"""Fewer characters a page than this are stamps and page numbers of a scan."""


def warm_up() -> None:
    """Load what pypdf imports late, before the process loses sight of the disk."""
    logging.disable(logging.CRITICAL)
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 72)
    target = io.BytesIO()
    writer.write(target)
    pypdf.PdfReader(target).pages[0].extract_text()


def read_pdf(data: bytes) -> list[tuple[str, int]]:
    """Paragraphs, without levels. Raises ``CannotRead``."""
    try:
        pages = _pages(data)
    except CannotRead:
        raise
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
    ) as bad:
        raise CannotRead("broken_pdf") from bad
    except (AssertionError, NotImplementedError, OverflowError, ZeroDivisionError) as bad:
        raise CannotRead("broken_pdf") from bad
    if sum(len("".join(page.split())) for page in pages) < _FEW * max(1, len(pages)):
        raise CannotRead("scanned")
    return [(text, 0) for text in paragraphs(pages)]


def _pages(data: bytes) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise CannotRead("encrypted")
    if not len(reader.pages):
        raise CannotRead("broken_pdf")
    if len(reader.pages) > MAX_PAGES:
        raise CannotRead("too_long")
    pages, length = [], 0
    for page in reader.pages:
        pages.append(page.extract_text())
        length += len(pages[-1])
        if length > MAX_CHARACTERS:
            raise CannotRead("too_long")
    return pages


def paragraphs(pages: list[str]) -> list[str]:
    """Lines of print joined to paragraphs; page numbers at the edges of pages are left out."""
    found: list[str] = []
    for page in pages:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        for edge in (0, -1):
            if lines and _PAGE_NUMBER.fullmatch(lines[edge]):
                del lines[edge]
        for line in lines:
            if found and not _starts_paragraph(found[-1], line, first=len(found) == 1):
                found[-1] = _joined(found[-1], line)
            else:
                found.append(line)
    return found


def _starts_paragraph(before: str, line: str, *, first: bool) -> bool:
    if first or _STARTS.match(line) or _HEADING.match(before):
        return True
    return bool(_ENDS.search(before)) or line.startswith(("（", "(", "“第"))


def _joined(before: str, line: str) -> str:
    """Latin words keep the space between them; Chinese has none."""
    space = " " if before[-1:].isascii() and line[:1].isascii() else ""
    return f"{before}{space}{line}"
