"""Documents of notices: known by their content; what runs, hides or is broken is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from docx import Document
from PIL import Image
from pypdf import PdfWriter
from pypdf.actions import JavaScript

from portal.plans.documents import KINDS, check_document
from portal.plans.errors import BadDocument
from portal.plans.models import NoticeDocument
from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.submit import submit_version
from portal.staff.uploads.errors import BadUpload
from portal.staff.uploads.kinds import kind_of
from tests.factories.notices import PDF, add_document, approver, draft, editor


def pdf(change) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, kind)
    return file.getvalue()


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


def word() -> bytes:
    file = io.BytesIO()
    Document().save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "extension"),
    [(PDF, "pdf"), (picture("PNG"), "png"), (picture("JPEG"), "jpg"), (word(), "docx")],
)
def test_known_types_are_told_by_content(content, extension):
    checked = check_document(io.BytesIO(content))
    assert checked.extension == extension
    assert checked.size == len(content)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "空的"),
        (b"<html><script>alert(1)</script>", "不认识"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不认识"),
        (b"MZ" + bytes(100), "不认识"),
        (PDF[: len(PDF) // 2], "损坏"),
        (b"%PDF-1.7\n" + bytes(500), "损坏"),
        (pdf(lambda writer: writer.add_open_action(JavaScript("app.alert(1)"))), "脚本"),
        (pdf(lambda writer: writer.add_attachment("a.exe", b"x")), "内嵌文件"),
        (pdf(lambda writer: writer.encrypt("x")), "加密"),
        (archive("a.txt"), "不认识"),
        (archive("word/document.xml", "word/vbaProject.bin"), "宏"),
        (b"PK\x03\x04" + bytes(50), "损坏"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "损坏"),
    ],
)
def test_what_a_notice_may_not_carry_is_refused(content, problem):
    with pytest.raises(BadDocument, match=problem):
        check_document(io.BytesIO(content))


def test_a_file_beyond_the_limit_is_refused(settings):
    settings.NOTICE_DOCUMENT_MAX_BYTES = len(PDF) - 1
    with pytest.raises(BadDocument, match="上限"):
        check_document(io.BytesIO(PDF))


def test_real_odd_files_never_break_the_check(shared_data):
    """Every malformed PDF and picture is taken or refused with a text; nothing else happens."""
    outcomes = {"taken": 0, "refused": 0}
    for folder in ("pdf", "pdf-malformed", "malformed-images", "office"):
        for path in sorted((shared_data / "06-media" / folder).rglob("*")):
            if path.is_file():
                try:
                    kind_of(io.BytesIO(path.read_bytes()), KINDS)
                    outcomes["taken"] += 1
                except BadUpload:
                    outcomes["refused"] += 1
    assert outcomes["taken"] > 5
    assert outcomes["refused"] > 20


@pytest.mark.django_db
class TestServing:
    @pytest.fixture
    def document(self) -> NoticeDocument:
        version = draft()
        document = add_document(version, title="规划文本")
        approve_version(submit_version(version, editor()), approver())
        return document

    def test_the_bytes_are_those_that_were_hashed(self, client: Client, document):
        response = client.get(document.get_absolute_url())
        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["ETag"] == f'"{document.sha256}"'
        assert "inline" in response["Content-Disposition"]
        saved = client.get(f"{document.get_absolute_url()}?download")
        saved.close()
        assert saved["Content-Disposition"].startswith("attachment")

    def test_word_files_are_never_opened_inline(self, client: Client):
        version = draft()
        document = add_document(version, word())
        approve_version(submit_version(version, editor()), approver())
        response = client.get(document.get_absolute_url())
        response.close()
        assert response["Content-Disposition"].startswith("attachment")

    def test_another_hash_or_version_finds_nothing(self, client: Client, document):
        path = document.get_absolute_url()
        assert client.get(path.replace(document.sha256[:16], "0" * 16)).status_code == 404
        assert client.get(path.replace("/v/1/", "/v/2/")).status_code == 404

    def test_media_files_have_no_address_of_their_own(self, client: Client, document):
        assert client.get(f"/media/{document.file.name}").status_code == 404

    def test_a_bad_file_is_told_at_the_form(self):
        document = NoticeDocument(version=draft(), role="text", title="x")
        document.file = ContentFile(b"<html>", name="plan.pdf")
        with pytest.raises(Exception, match="不认识"):
            document.clean()
