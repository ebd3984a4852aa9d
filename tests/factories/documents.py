"""Word and PDF files, good ones and hostile ones, made for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx
import pypdf
import weasyprint
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

NUMBERING = """
<w:abstractNum {ns} w:abstractNumId="77">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="（%2）"/></w:lvl>
</w:abstractNum>"""


def docx_bytes(document: docx.document.Document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def word_file(lines: Sequence[str], table: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word file: the first line as title, 章 as headings."""
    document = docx.Document()
    for number, line in enumerate(lines):
        if number == 0:
            document.add_heading(line, 0)
        elif "章" in line[:5]:
            document.add_heading(line, 2)
        else:
            document.add_paragraph(line)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, cells in enumerate(table):
            for column, text in enumerate(cells):
                grid.cell(row, column).text = text
    return docx_bytes(document)


def numbered_word_file(title: str, articles: Sequence[str]) -> bytes:
    """A Word file whose 第N条 are automatic numbers."""
    return listed_word_file(title, [(text, 77, 0) for text in articles], {77: ""})


def listed_word_file(
    title: str, paragraphs: Sequence[tuple[str, int, int]], lists: Mapping[int, str]
) -> bytes:
    """A Word file of numbered paragraphs: text, list and level of each.

    ``lists``: number of each list, and the XML of what it changes about the levels of all.
    """
    document = docx.Document()
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(NUMBERING.format(ns=nsdecls("w"))))
    for number, overrides in lists.items():
        same = '<w:abstractNumId w:val="77"/>'
        root.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}">{same}{overrides}</w:num>')
        )
    document.add_paragraph(title)
    for text, number, level in paragraphs:
        place = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(parse_xml(f"<w:numPr {nsdecls('w')}>{place}</w:numPr>"))
    return docx_bytes(document)


def rezipped(data: bytes, changes: dict[str, bytes]) -> bytes:
    """An archive with some members replaced or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            if name not in changes:
                archive.writestr(name, source.read(name))
        for name, content in changes.items():
            archive.writestr(name, content)
    return target.getvalue()


def pdf_file(lines: Sequence[str]) -> bytes:
    """A PDF with a text layer and page numbers."""
    body = "".join(f"<p>{line}</p>" for line in lines)
    style = (
        "@page { size: A5; margin: 15mm; @bottom-center { content: '- ' counter(page) ' -' } }"
        " p { margin: 0 0 3mm; font-family: 'Noto Sans CJK SC' }"
    )
    html = f"<html><style>{style}</style><body>{body}</body></html>"
    made: bytes = weasyprint.HTML(string=html).write_pdf()
    return made


def latin_pdf(text: bytes) -> bytes:
    """A PDF of one line, whose bytes become the signs of the text layer as they are."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(600, 800)
    font = DictionaryObject()
    for key, value in (("Type", "Font"), ("Subtype", "Type1"), ("BaseFont", "Helvetica")):
        font[NameObject(f"/{key}")] = NameObject(f"/{value}")
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    content = DecodedStreamObject()
    content.set_data(b"BT /F1 9 Tf 20 700 Td <" + text.hex().encode() + b"> Tj ET")
    page[NameObject("/Contents")] = writer._add_object(content)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def encrypted(data: bytes) -> bytes:
    """The same PDF behind a password."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt("secret", algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def scan() -> bytes:
    """A PDF of empty pages."""
    writer = pypdf.PdfWriter()
    for _page in range(3):
        writer.add_blank_page(300, 400)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
