"""The text of a Word file as lines. Runs in the reading process; no Django here."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml.etree import LxmlError

from portal.policies.reading.document_failure import CannotRead
from portal.policies.reading.docx_numbering import Numbering
from portal.policies.reading.limits import (
    MAX_ARCHIVE_MEMBERS,
    MAX_CHARACTERS,
    MAX_UNPACKED_BYTES,
)

_TYPES = "[Content_Types].xml"
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_FORBIDDEN = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LEFT_OUT = {
    qn("w:del"),
    qn("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}


def read_docx(data: bytes) -> list[tuple[str, int]]:
    """Lines with the level of their heading style (0: none); rows of tables as ``| a | b |``.

    What is marked as deleted is left out, what is marked as inserted is in. Automatic numbers such
    as 第%1条 are written out. Raises ``CannotRead``.
    """
    _check_archive(data)
    try:
        document = docx.Document(io.BytesIO(data))
        numbering = Numbering(document)
        lines = [
            line for child in document.element.body for line in _block(child, document, numbering)
        ]
    except (
        OpcError,
        LxmlError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
    ) as bad:
        raise CannotRead("broken_docx") from bad
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as bad:
        raise CannotRead("broken_docx") from bad
    if sum(len(text) for text, _level in lines) > MAX_CHARACTERS:
        raise CannotRead("too_long")
    return lines


def _check_archive(data: bytes) -> None:
    """Refuse bombs and entities by what really comes out, not by what the archive claims."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_ARCHIVE_MEMBERS:
                raise CannotRead("bomb")
            names = {member.filename for member in members}
            if _TYPES not in names or not any(name.startswith("word/") for name in names):
                raise CannotRead("unknown_format")
            left = MAX_UNPACKED_BYTES
            for member in members:
                with archive.open(member) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise CannotRead("bomb")
                is_xml = member.filename.lower().endswith((".xml", ".rels"))
                if is_xml and _FORBIDDEN.search(_as_ascii(content)):
                    raise CannotRead("entities")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError) as bad:
        raise CannotRead("broken_docx") from bad
    except (ValueError, zlib.error) as bad:
        raise CannotRead("broken_docx") from bad


def _as_ascii(content: bytes) -> bytes:
    """A document type may hide in UTF-16."""
    return content.replace(b"\x00", b"")


def _block(element: Any, document: Any, numbering: Numbering) -> list[tuple[str, int]]:
    if element.tag == qn("w:p"):
        return _paragraph(element, document, numbering)
    if element.tag == qn("w:tbl"):
        return [(row, 0) for row in _rows(element)]
    if element.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")}:
        return [line for child in element for line in _block(child, document, numbering)]
    return []


def _paragraph(element: Any, document: Any, numbering: Numbering) -> list[tuple[str, int]]:
    label = numbering.label_of(element)
    level = _level(element, document)
    lines = _text(element).split("\n")
    lines[0] = f"{label} {lines[0].lstrip()}".strip() if label else lines[0]
    return [(line.strip(), level) for line in lines if line.strip()]


def _level(element: Any, document: Any) -> int:
    """1 for Title and Heading 1; deeper headings follow."""
    properties = element.pPr
    if properties is None or properties.pStyle is None:
        return 0
    style = next((s for s in document.styles if s.style_id == properties.pStyle.val), None)
    name = (style.name or "") if style is not None else ""
    if name.lower() in {"title", "标题"}:
        return 1
    found = _HEADING.fullmatch(name.strip())
    return min(int(found[1]), 6) if found else 0


def _text(element: Any) -> str:
    """All characters of a paragraph, text boxes included, deleted ones not."""
    if element.tag in _LEFT_OUT:
        return ""
    if element.tag == qn("w:t"):
        return element.text or ""
    if element.tag in {qn("w:tab"), qn("w:ptab")} and element.getparent().tag == qn("w:r"):
        return " "
    if element.tag in {qn("w:br"), qn("w:cr")}:
        return "\n"
    if element.tag == qn("w:noBreakHyphen"):
        return "-"
    tail = "\n" if element.tag == qn("w:txbxContent") else ""
    return "".join(_text(child) for child in element if isinstance(child.tag, str)) + tail


def _rows(table: Any) -> list[str]:
    rows = []
    for row in table.iterchildren(qn("w:tr")):
        cells = [
            " ".join(" ".join(_text(p).split()) for p in cell.iter(qn("w:p"))).strip()
            for cell in row.iterchildren(qn("w:tc"))
        ]
        if any(cells):
            rows.append("| " + " | ".join(cell.replace("|", "｜") for cell in cells) + " |")
    return rows
