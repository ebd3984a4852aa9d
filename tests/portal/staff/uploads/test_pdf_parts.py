"""PDF files: what runs or hides is found wherever it stands, and what is plain is taken."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from portal.staff.uploads import pdf
from portal.staff.uploads.errors import BadUpload
from tests.factories.documents import pdf_file


def names(**values: object) -> DictionaryObject:
    """A dictionary; texts that begin with a slash are names."""
    return DictionaryObject(
        {
            NameObject(f"/{key}"): NameObject(value) if str(value).startswith("/") else value
            for key, value in values.items()
        }
    )


def action(kind: str, **values: object) -> DictionaryObject:
    return names(S=f"/{kind}", **values)


def script() -> DictionaryObject:
    return action("JavaScript", JS=TextStringObject("app.alert(1)"))


def annotate(writer: PdfWriter, **values: object) -> None:
    annotation = writer._add_object(names(Type="/Annot", **values))
    writer.pages[0][NameObject("/Annots")] = ArrayObject([annotation])


def file_within(writer: PdfWriter) -> IndirectObject:
    stream = DecodedStreamObject()
    stream.set_data(b"MZ")
    file = names(F=writer._add_object(stream))
    return writer._add_object(names(Type="/Filespec", EF=file))


def page_opens(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/AA")] = names(O=script())


def link_launches(writer: PdfWriter) -> None:
    annotate(writer, Subtype="/Link", A=writer._add_object(action("Launch")))


def note_holds_a_file(writer: PdfWriter) -> None:
    annotate(writer, Subtype="/FileAttachment", FS=file_within(writer))


def document_closes(writer: PdfWriter) -> None:
    writer._root_object[NameObject("/AA")] = names(WC=script())


def one_after_another(writer: PdfWriter) -> None:
    harmless = action("URI", Next=ArrayObject([action("Named", Next=action("ImportData"))]))
    annotate(writer, Subtype="/Link", A=harmless)


def form_is_sent(writer: PdfWriter) -> None:
    field = writer._add_object(names(FT="/Btn", A=action("SubmitForm")))
    writer._root_object[NameObject("/AcroForm")] = names(Fields=ArrayObject([field]))


def rendition_with_script(writer: PdfWriter) -> None:
    annotate(writer, Subtype="/Screen", A=action("Rendition", JS=TextStringObject("x")))


def kind_elsewhere(writer: PdfWriter) -> None:
    kind = writer._add_object(NameObject("/Launch"))
    annotate(writer, Subtype="/Link", A=names(S=kind))


def bookmark_runs(writer: PdfWriter) -> None:
    writer.add_outline_item(title="t", page_number=0)
    first = writer._root_object["/Outlines"]["/First"]
    first[NameObject("/A")] = script()


def written(change: Callable[[PdfWriter], object]) -> io.BytesIO:
    writer, file = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    change(writer)
    writer.write(file)
    return file


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (page_opens, "/JS"),
        (link_launches, "/Launch"),
        (note_holds_a_file, "/EF"),
        (document_closes, "/JavaScript"),
        (one_after_another, "/ImportData"),
        (form_is_sent, "/SubmitForm"),
        (rendition_with_script, "/JS"),
        (kind_elsewhere, "/Launch"),
        (bookmark_runs, "/JavaScript"),
    ],
)
def test_what_runs_or_hides_is_refused_by_its_name_wherever_it_stands(change, named):
    with pytest.raises(BadUpload, match="脚本或内嵌文件") as refusal:
        pdf.check(written(change))
    assert named in refusal.value.zh
    assert named in refusal.value.en


def test_a_name_in_other_letters_is_the_same_name():
    odd = written(link_launches).getvalue().replace(b"/Launch", b"/L#61unch")
    assert b"/L#61unch" in odd
    with pytest.raises(BadUpload, match="/Launch"):
        pdf.check(io.BytesIO(odd))


def test_links_bookmarks_and_pages_that_lead_in_a_ring_are_taken():
    def change(writer: PdfWriter) -> None:
        writer.add_outline_item(title="目录", page_number=0)
        uri = action("URI", URI=TextStringObject("https://example.org"))
        uri[NameObject("/Next")] = writer._add_object(action("GoTo", D=ArrayObject()))
        annotate(writer, Subtype="/Link", A=uri, P=writer.pages[0].indirect_reference)

    pdf.check(written(change))
    pdf.check(io.BytesIO(pdf_file(["规划文本"])))


def test_a_file_of_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_PARTS", 10)
    many = ArrayObject([names(K=NumberObject(number)) for number in range(20)])
    with pytest.raises(BadUpload, match="过多"):
        pdf.check(written(lambda writer: annotate(writer, Subtype="/Link", X=many)))


def test_the_tags_of_a_long_text_hold_up_nobody():
    def change(writer: PdfWriter) -> None:
        parts = [writer._add_object(names(Type="/StructElem", S="/P")) for _ in range(20_000)]
        tags = writer._add_object(names(Type="/StructTreeRoot", K=ArrayObject(parts)))
        writer._root_object[NameObject("/StructTreeRoot")] = tags

    file = written(change)
    start = time.process_time()
    pdf.check(file)
    assert time.process_time() - start < 1.5
