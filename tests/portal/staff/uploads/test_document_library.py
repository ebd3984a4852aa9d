"""The document library: a file is what its name says, whichever way it is uploaded."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.models import Collection

from tests.factories.documents import pdf_file, word_file
from tests.factories.officials import official, signed_in

pytestmark = pytest.mark.django_db
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
PROGRAM = b"MZ\x90\x00" + bytes(200)


@pytest.fixture
def client():
    return signed_in(official("wang", "site_editor"))


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def one(client, file: SimpleUploadedFile) -> str:
    """The single form; what the official reads."""
    fields = {"title": "t", "collection": Collection.objects.get().pk, "file": file}
    return client.post(reverse("wagtaildocs:add"), fields).content.decode()


def several(client, file: SimpleUploadedFile) -> str:
    """The form for many files, which sends each by itself."""
    return (
        client.post(
            reverse("wagtaildocs:add_multiple"),
            {"title": "t", "collection": Collection.objects.get().pk, "files[]": file},
            headers={"X-Requested-With": "XMLHttpRequest"},
        )
        .json()
        .get("error_message", "")
    )


def chosen(client, file: SimpleUploadedFile) -> str:
    """The form within the chooser of a page's editor."""
    prefix = "document-chooser-upload"
    fields = {f"{prefix}-title": "t", f"{prefix}-collection": Collection.objects.get().pk}
    response = client.post(reverse("wagtaildocs_chooser:create"), fields | {f"{prefix}-file": file})
    return response.json().get("htmlFragment", "")


WAYS = pytest.mark.parametrize("upload", [one, several, chosen])


def packed(name: str, content: bytes = b"x") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, content)
    return file.getvalue()


@WAYS
@pytest.mark.parametrize(
    ("content", "problem"), [(HTML, "网页或标记语言"), (PROGRAM, "不是纯文本")]
)
def test_a_file_that_only_calls_itself_a_pdf_is_refused(client, upload, content, problem):
    assert problem in upload(client, SimpleUploadedFile("evil.pdf", content))
    assert not Document.objects.exists()


@WAYS
def test_a_sound_file_is_taken(client, upload):
    upload(client, SimpleUploadedFile("plan.pdf", pdf_file(["规划"])))
    assert Document.objects.get().filename == "plan.pdf"


@WAYS
def test_a_word_file_named_pdf_is_refused_with_its_kind(client, upload):
    assert "文件内容是DOCX" in upload(client, SimpleUploadedFile("plan.pdf", word_file(["规划"])))
    assert not Document.objects.exists()


def test_a_document_gets_no_bad_file_later(client):
    one(client, SimpleUploadedFile("plan.pdf", pdf_file(["规划"])))
    document = Document.objects.get()
    address = reverse("wagtaildocs:edit", args=[document.pk])
    fields = {"title": "新标题", "collection": document.collection_id}
    client.post(address, fields | {"file": SimpleUploadedFile("plan.pdf", PROGRAM)})
    assert Document.objects.get().title == "t"
    client.post(address, fields)
    assert Document.objects.get().title == "新标题"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "规划".encode()),
        ("a.csv", "名称,面积\n公园,3\n".encode("gb18030")),
        ("a.csv", "名称\t面积".encode("utf-16")),
        ("a.zip", packed("图/a.txt")),
        ("a.docx", word_file(["规划"])),
    ],
)
def test_each_kind_that_the_library_offers_is_taken(client, name, content):
    one(client, SimpleUploadedFile(name, content))
    assert Document.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.txt", HTML, "网页或标记语言"),
        ("a.csv", PROGRAM, "不是纯文本"),
        ("a.csv", b"a,b\x00c", "不是纯文本"),
        ("a.zip", packed("setup.exe"), "程序、脚本或网页"),
        ("a.zip", packed("readme.txt", PROGRAM), "程序、脚本或网页"),
        ("a.zip", packed("../a.txt"), "路径有误"),
        ("a.zip", word_file(["规划"]), "文件内容是DOCX"),
        ("a.zip", b"PK\x03\x04" + bytes(50), "损坏"),
        ("a.docx", packed("a.txt"), "文件内容是ZIP"),
        ("a.pdf", b"", "空"),
    ],
)
def test_what_is_something_else_or_runs_is_refused(client, name, content, problem):
    assert problem in one(client, SimpleUploadedFile(name, content))
    assert not Document.objects.exists()


def test_a_file_beyond_the_limit_is_refused(client, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 100
    one(client, SimpleUploadedFile("plan.pdf", pdf_file(["规划"])))
    assert not Document.objects.exists()
