"""Files of every kind into lines; hostile ones are refused with a sentence."""

from __future__ import annotations

import io
import os
import time
import zipfile
from pathlib import Path

import pytest

from portal.policies.errors import TextProblem
from portal.policies.reading import limits
from portal.policies.reading.pdf_text import paragraphs
from portal.policies.reading.read import read_lines
from portal.policies.text.structure import parse_text
from tests.factories import documents

LINES = [
    "示例市绿地管理办法",
    "第一章 总则",
    "第一条 为了保护绿地，改善环境，根据有关法律、法规，结合本市实际，制定本办法。",
    "第二条 本市行政区域内绿地的规划、建设、保护和管理，适用本办法；法律、法规另有规定的，从其规定。",
    "（一）公园绿地；",
    "（二）防护绿地。",
    "第三条 本办法自2019年7月1日起施行。",
]
DOCUMENT_TYPE = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"


def lines_of(data: bytes, name: str) -> list[str]:
    source = read_lines(data, name)
    return [line.text for line in [*(source.header or []), *source.body]]


def outcome(data: bytes, name: str) -> str:
    """The code of the refusal, or "read"."""
    try:
        read_lines(data, name)
    except TextProblem as problem:
        return problem.code
    return "read"


def code_of(data: bytes, name: str = "x") -> str:
    with pytest.raises(TextProblem) as problem:
        read_lines(data, name)
    assert problem.value.zh
    assert problem.value.en
    return problem.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_plain_text_is_read_in_every_encoding_that_offices_use(encoding: str) -> None:
    assert lines_of("\r\n".join(LINES).encode(encoding), "x.txt") == LINES


def test_what_a_file_is_called_does_not_matter() -> None:
    assert lines_of(documents.word_file(LINES), "x.pdf")[0] == LINES[0]


def test_a_word_file_keeps_text_headings_and_tables() -> None:
    source = read_lines(documents.word_file(LINES, [["甲", "乙"], ["1", "2|3"]]), "x.docx")
    assert [line.text for line in source.body] == [*LINES, "| 甲 | 乙 |", "| 1 | 2｜3 |"]
    assert [line.level for line in source.body[:2]] == [1, 2]


def test_automatic_numbers_of_word_become_articles() -> None:
    data = documents.numbered_word_file("示例办法", [f"内容{n}。" for n in range(1, 13)])
    text = parse_text(read_lines(data, "x.docx"))
    assert [article.anchor for article in text.articles] == [str(n) for n in range(1, 13)]
    assert text.articles[11].label == "第十二条"


RESTART = '<w:lvlOverride w:ilvl="{}"><w:startOverride w:val="{}"/></w:lvlOverride>'
ITEMS = (
    '<w:lvlOverride w:ilvl="1"><w:lvl w:ilvl="1"><w:start w:val="1"/>'
    '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl></w:lvlOverride>'
)


@pytest.mark.parametrize(
    ("second", "labels"),
    [
        ("", ["第一条", "第二条", "第三条", "第四条", "第五条"]),
        (RESTART.format(0, 1), ["第一条", "第二条", "第一条", "第二条", "第三条"]),
        (RESTART.format(0, 7), ["第一条", "第二条", "第七条", "第八条", "第九条"]),
        # A restart of another level says nothing about this one.
        (RESTART.format(1, 1), ["第一条", "第二条", "第三条", "第四条", "第五条"]),
    ],
)
def test_a_list_of_word_restarts_once_and_where_it_says_so(second: str, labels: list[str]) -> None:
    lists = [78, 78, 79, 79, 78]
    data = documents.listed_word_file(
        "示例办法", [("内容。", number, 0) for number in lists], {78: "", 79: second}
    )
    assert lines_of(data, "x.docx")[1:] == [f"{label} 内容。" for label in labels]


def test_items_of_word_restart_below_each_article_and_in_the_form_of_their_list() -> None:
    paragraphs = [
        ("甲。", 78, 0),
        ("乙；", 79, 1),
        ("丙。", 79, 1),
        ("丁。", 78, 0),
        ("戊。", 80, 1),
    ]
    lists = {78: "", 79: RESTART.format(1, 3), 80: ITEMS}
    data = documents.listed_word_file("示例办法", paragraphs, lists)
    assert lines_of(data, "x.docx")[1:] == [
        "第一条 甲。",
        "（3） 乙；",
        "（4） 丙。",
        "第二条 丁。",
        "（一） 戊。",
    ]


def test_deleted_words_of_a_word_file_stay_out_and_inserted_ones_are_in() -> None:
    data = documents.word_file(["示例办法", "第一条 甲。"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("word/document.xml").decode()
    marked = xml.replace(
        "第一条 甲。</w:t></w:r>",
        "第一条 甲。</w:t></w:r><w:ins><w:r><w:t>新。</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>旧。</w:delText></w:r></w:del>",
    )
    assert marked != xml
    assert lines_of(documents.rezipped(data, {"word/document.xml": marked.encode()}), "x")[1] == (
        "第一条 甲。新。"
    )


def test_a_pdf_becomes_paragraphs_again() -> None:
    text = parse_text(read_lines(documents.pdf_file(LINES), "x.pdf"))
    assert text.title == LINES[0]
    assert [article.anchor for article in text.articles] == ["1", "2", "3"]
    printed = "".join("".join(text.printed()).split())
    assert printed == "".join("".join(LINES[1:]).split())


def test_page_numbers_are_no_text_but_numbers_in_the_text_are() -> None:
    pages = ["- 1 -\n第一条 共有\n12\n项。\n1", "第 2 页\n第二条 完。\n2 / 3"]
    assert paragraphs(pages) == ["第一条 共有", "12项。", "第二条 完。"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\x00\x01\x02binary", "unknown_format"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "unknown_format"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "html"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "legacy_doc"),
        (b"\xff\xfe\x00", "encoding"),
        (b"\x81\x20\xff\xff\xfe", "encoding"),
        ("第一条\x07甲".encode(), "unknown_format"),
        (b"PK\x03\x04 and nothing more", "broken_docx"),
        (b"%PDF-1.7\nand nothing more", "broken_pdf"),
        (b"%PDF-1.7\n" + os.urandom(5000), "broken_pdf"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_large_file_is_refused_unread() -> None:
    assert code_of(b"x" * (limits.MAX_FILE_BYTES + 1)) == "too_large"


def test_a_text_without_end_is_refused() -> None:
    assert code_of("长".encode() * (limits.MAX_CHARACTERS + 1)) == "too_long"


def test_an_encrypted_pdf_is_refused() -> None:
    assert code_of(documents.encrypted(documents.pdf_file(LINES))) == "encrypted"


def test_a_scan_is_refused() -> None:
    assert code_of(documents.scan()) == "scanned"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"Rules on green spaces", "read"),
        (b"Rules on\x00green spaces", "controls"),
        (b"Rules on\x01green spaces", "controls"),
    ],
)
def test_a_text_layer_with_control_characters_is_refused(text: bytes, code: str) -> None:
    assert outcome(documents.latin_pdf(text), "x.pdf") == code


def test_an_archive_that_is_no_word_file_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("hello.txt", "x")
    assert code_of(target.getvalue()) == "unknown_format"


def test_a_zip_bomb_is_refused_quickly() -> None:
    data = documents.rezipped(documents.word_file(LINES), {"word/media/a.xml": b"\0" * 2**28})
    assert len(data) < 1_000_000
    started = time.monotonic()
    assert code_of(data) == "bomb"
    assert time.monotonic() - started < 15


def test_an_archive_of_very_many_members_is_refused() -> None:
    many = {f"word/media/{n}.bin": b"" for n in range(limits.MAX_ARCHIVE_MEMBERS)}
    assert code_of(documents.rezipped(documents.word_file(LINES), many)) == "bomb"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_a_word_file_are_refused(encoding: str) -> None:
    xml = f"<?xml version='1.0'?>{DOCUMENT_TYPE.decode()}<x>&b;</x>".encode(encoding)
    data = documents.rezipped(documents.word_file(LINES), {"word/document.xml": xml})
    assert code_of(data) == "entities"


def test_a_word_file_of_very_deep_elements_is_refused() -> None:
    deep = b"<w:r>" * 200_000 + b"</w:r>" * 200_000
    data = documents.word_file(LINES)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("word/document.xml").replace(
            b"<w:body>", b"<w:body><w:p>" + deep + b"</w:p>"
        )
    assert code_of(documents.rezipped(data, {"word/document.xml": xml})) in {
        "broken_docx",
        "memory",
        "crashed",
    }


@pytest.mark.parametrize("member", ["word/document.xml", "[Content_Types].xml", "word/styles.xml"])
@pytest.mark.parametrize("content", [b"", b"<x/>", b"\xff\xfe", b"<w:document"])
def test_a_word_file_with_a_broken_member_never_gets_further_than_a_sentence(
    member: str, content: bytes
) -> None:
    data = documents.rezipped(documents.word_file(LINES), {member: content})
    assert outcome(data, "x.docx") in {"read", "broken_docx", "unknown_format", "empty"}


def test_a_word_file_whose_packed_data_are_wrong_is_called_damaged() -> None:
    data = bytearray(documents.word_file(LINES))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.getinfo("word/document.xml").header_offset + 30 + len("word/document.xml")
    data[start : start + 40] = b"\xff" * 40
    assert code_of(bytes(data)) == "broken_docx"


@pytest.mark.data
@pytest.mark.parametrize("folder", ["pdf", "pdf-malformed", "office"])
def test_odd_files_from_the_wild_are_read_or_refused(shared_data: Path, folder: str) -> None:
    files = [
        path for path in sorted((shared_data / "06-media" / folder).rglob("*")) if path.is_file()
    ]
    assert files
    codes = {outcome(path.read_bytes(), path.name) for path in files}
    assert codes <= {
        "read",
        "broken_pdf",
        "broken_docx",
        "encrypted",
        "scanned",
        "unknown_format",
        "legacy_doc",
        "timeout",
        "memory",
        "empty",
    }
