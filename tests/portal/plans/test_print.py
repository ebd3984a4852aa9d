"""Posters and packs: what stands on them, what they never fetch, and what a full disk leaves."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from PIL import Image
from pypdf import PdfReader, PdfWriter

from portal.plans import joined, paper, place_picture, printed
from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.prolong import extend_version
from portal.plans.procedure.submit import submit_version
from portal.plans.procedure.withdraw import withdraw_version
from tests.factories import bombs
from tests.factories.notices import (
    PLACE,
    add_document,
    approver,
    draft,
    editor,
    in_days,
    published,
    registrar,
)
from tests.portal.published import publish_layer
from tests.portal.sites import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(db, settings, tmp_path):
    cache.clear()
    translation.activate("zh-hans")
    settings.PRINT_DIR = tmp_path / "print"
    return make_home()


def url(version, name: str) -> str:
    return f"{version.get_absolute_url()}{name}"


def fetch(client: Client, version, name: str) -> bytes:
    response = client.get(url(version, name))
    assert response.status_code == 200
    return b"".join(response)


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def made_pdf(pages: int, width: int = 595, height: int = 842, rotation: int = 0) -> bytes:
    writer = PdfWriter()
    for _each in range(pages):
        writer.add_blank_page(width, height).rotation = rotation
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def made_png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(file, "PNG")
    return file.getvalue()


def with_documents(**fields):
    version = draft(title="示例路北侧项目", place=PLACE, **fields)
    add_document(version, made_pdf(2), "文本")
    add_document(version, made_pdf(1, 842, 595, 90), "横向图件")
    add_document(version, made_png(), "效果图")
    return approve_version(submit_version(version, editor()), approver())


# -- the poster


@pytest.mark.parametrize(("query", "width"), [("", 842), ("?size=a4", 595), ("?size=B9", 842)])
def test_the_poster_says_what_until_when_and_whom_to_ask(client, query, width) -> None:
    publish_layer("landuse")
    version = published(
        title="示例路北侧项目",
        place=PLACE,
        place_text="示例路与样本街交叉口",
        how_to_object="可来信提出意见",
        contact_office="规划科",
        contact_phone="0571-00000000",
    )
    pdf = fetch(client, version, f"poster.pdf{query}")
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    assert round(float(reader.pages[0].mediabox.width)) == width
    text = text_of(pdf)
    for wanted in ("示例路北侧项目", str(version.opens_on), str(version.closes_on), "规划科"):
        assert wanted in text
    for wanted in ("0571-00000000", "可来信提出意见", version.content_hash, version.notice.code):
        assert wanted in text
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "示例路北侧项目"
    assert root["/Lang"] == "zh-Hans"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert len(reader.pages[0].images) >= 1


def test_the_longest_texts_still_fit_on_one_page(client) -> None:
    publish_layer("landuse")
    version = published(
        title="长" * 200,
        summary="要" * 300,
        place=PLACE,
        place_text="位" * 200,
        how_to_object="意见。" * 300,
        contact_office="办" * 120,
        contact_address="址" * 200,
    )
    for size in ("A3", "A4"):
        pdf = fetch(client, version, f"poster.pdf?size={size}")
        assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
        assert version.content_hash in text_of(pdf)


def test_the_code_on_the_poster_leads_to_the_notice(client, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(paper, "qr_code", lambda address: seen.append(address) or b"<svg/>")
    version = published()
    fetch(client, version, "poster.pdf")
    assert seen == [f"http://127.0.0.1:8000/plans/{version.notice.code}/"]


def test_the_english_poster_is_english(client) -> None:
    version = published(title="项目", title_en="A project by the river", summary_en="In short")
    pdf = b"".join(client.get(f"/en{url(version, 'poster.pdf')}"))
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "en"
    assert "Aprojectbytheriver" in text_of(pdf)


def test_paper_fetches_nothing(monkeypatch) -> None:
    import socket

    def forbidden(*_args, **_options):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    fetcher = paper.HandedOver({"a.svg": ("image/svg+xml", b"<svg/>")})
    assert fetcher("handed:a.svg").read() == b"<svg/>"
    for address in ("http://127.0.0.1:1/x", "file:///etc/passwd", "handed:b", "data:,x", "ftp://x"):
        with pytest.raises(ValueError, match="paper fetches nothing"):
            fetcher(address)


def test_a_made_poster_is_not_made_again(client, monkeypatch) -> None:
    version = published()
    first = fetch(client, version, "poster.pdf")
    monkeypatch.setattr(paper, "pdf", None)
    assert fetch(client, version, "poster.pdf") == first


def test_a_longer_period_makes_another_poster(client) -> None:
    version = published()
    fetch(client, version, "poster.pdf")
    extend_version(version, approver(), "延长", until=in_days(40))
    assert str(in_days(40)) in text_of(fetch(client, version, "poster.pdf"))


def test_a_layer_that_was_withdrawn_is_not_printed_from_the_store(client) -> None:
    identities = []
    version = published(place=PLACE)
    real = place_picture._drawers[:]
    try:
        for name in ("release 1", "release 2"):
            identities.append(name)
            place_picture.register(
                lambda v, w, h, name=name: place_picture.PlacePicture(name, w, h, made_png)
            )
            fetch(client, version, "poster.pdf")
    finally:
        place_picture._drawers[:] = real
    assert len(list(Path(printed.settings.PRINT_DIR).glob("*/*.pdf"))) == 2


# -- who may have it


@pytest.mark.parametrize("name", ["poster.pdf", "pack.pdf", "pack.zip"])
def test_only_public_versions_are_printed(client, name: str) -> None:
    assert client.get(url(draft(), name)).status_code == 404
    version = published(title="将要撤回的标题")
    assert client.get(url(version, name).replace("/v/1/", "/v/2/")).status_code == 404
    fetch(client, version, name)
    withdraw_version(version, registrar(), "有误")
    gone = client.get(url(version, name))
    assert gone.status_code == 410
    assert "将要撤回的标题" not in gone.content.decode()
    assert client.post(url(version, name)).status_code == 405


def test_printing_is_limited(client, settings) -> None:
    settings.RATE_LIMIT_PRINT = "1/m"
    version = published()
    fetch(client, version, "poster.pdf")
    assert client.get(url(version, "pack.pdf")).status_code == 429


# -- the pack


def test_the_pack_holds_text_history_and_documents_with_page_numbers(client) -> None:
    version = with_documents(contact_office="规划科")
    pdf = fetch(client, version, "pack.pdf")
    reader = PdfReader(io.BytesIO(pdf))
    text = text_of(pdf)
    for wanted in (
        "示例路北侧项目",
        "规划科",
        "项目拟选址于示例路北侧",
        version.content_hash,
        "发布",
    ):
        assert wanted in text
    for document in version.documents.all():
        assert document.sha256 in text
    total = len(reader.pages)
    last = "".join(reader.pages[-1].extract_text().split())
    assert last == f"{version.notice.code}-v1·{total}"
    assert f"第{total - 2}页起" in text
    assert f"第{total}页起" in text
    assert [item.title for item in reader.outline[-2:]] == ["文本", "横向图件"]
    assert reader.trailer["/Root"]["/Lang"] == "zh-Hans"


def test_the_pack_of_a_second_version_says_what_changed(client) -> None:
    version = published(body=[("paragraph", "<p>建筑高度三层。</p>")])
    fresh = announce_anew(version, registrar(), "高度降低")
    fresh.body = [("paragraph", "<p>建筑高度两层。</p>")]
    fresh.save()
    second = approve_version(submit_version(fresh, registrar()), approver())
    text = text_of(fetch(client, second, "pack.pdf"))
    assert "这一版改了什么" in text
    assert "高度降低" in text
    assert "三" in text


def test_too_many_pages_are_listed_and_not_swallowed(client, monkeypatch) -> None:
    monkeypatch.setattr("portal.plans.pack.MOST_PAGES", 2)
    version = with_documents()
    text = text_of(fetch(client, version, "pack.pdf"))
    assert "未收入" in text
    names = zipfile.ZipFile(io.BytesIO(fetch(client, version, "pack.zip"))).namelist()
    assert sum("documents/" in name for name in names) == 3


def test_the_archive_checks_out_and_is_the_same_each_time(client, settings, tmp_path) -> None:
    version = with_documents()
    first = fetch(client, version, "pack.zip")
    settings.PRINT_DIR = tmp_path / "another"
    assert fetch(client, version, "pack.zip") == first
    archive = zipfile.ZipFile(io.BytesIO(first))
    assert archive.testzip() is None
    root = f"{version.notice.code}-v1/"
    sums = archive.read(f"{root}SHA256SUMS").decode().splitlines()
    assert len(sums) == 5
    for line in sums:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(archive.read(root + name)).hexdigest() == digest
    record = archive.read(f"{root}record.json")
    assert hashlib.sha256(record).hexdigest() == version.content_hash
    kept = {document.sha256 for document in version.documents.all()}
    assert kept <= {line.split()[0] for line in sums}


def test_a_hostile_title_stays_in_its_folder(client) -> None:
    version = draft()
    add_document(version, title="../../etc/passwd\x01")
    version = approve_version(submit_version(version, editor()), approver())
    names = zipfile.ZipFile(io.BytesIO(fetch(client, version, "pack.zip"))).namelist()
    assert f"{version.notice.code}-v1/documents/01--..-etc-passwd-.pdf" in names


def test_a_file_that_was_altered_is_not_handed_out(client) -> None:
    version = with_documents()
    path = Path(version.documents.all()[0].file.path)
    path.chmod(0o644)
    path.write_bytes(made_pdf(2, 600, 800))
    with pytest.raises(Exception, match="01-"):
        client.get(url(version, "pack.zip"))
    assert list(Path(printed.settings.PRINT_DIR).glob("*/*.part")) == []
    assert list(Path(printed.settings.PRINT_DIR).glob("*/*.zip")) == []


# -- the store


def test_a_full_disk_says_so_and_leaves_nothing(client, monkeypatch) -> None:
    version = published()

    def full(self, _content):
        with self.open("wb") as file:
            file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    response = client.get(url(version, "poster.pdf"))
    assert response.status_code == 503
    assert response["Retry-After"] == "600"
    assert "存储空间不足" in response.content.decode()
    assert [p for p in Path(printed.settings.PRINT_DIR).rglob("*") if p.is_file()] == [
        Path(printed.settings.PRINT_DIR) / "lock"
    ]


def test_other_failures_of_the_disk_are_not_called_full(settings) -> None:
    def broken(_path):
        raise OSError(errno.EIO, "broken")

    with pytest.raises(OSError, match="broken"):
        printed.printed("ab" * 32, "pdf", broken)


def test_many_at_once_make_one(settings) -> None:
    made, found = [], []

    def write(path: Path) -> None:
        made.append(path)
        path.write_bytes(b"x" * 10)

    def ask() -> None:
        found.append(printed.printed("cd" * 32, "pdf", write).read_bytes())

    threads = [threading.Thread(target=ask) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [b"x" * 10] * 6
    assert len(made) == 1


def test_who_waits_too_long_is_told_to_come_again(monkeypatch) -> None:
    monkeypatch.setattr(printed, "WAIT_SECONDS", 0.2)

    def nested(_path: Path) -> None:
        printed.printed("ef" * 32, "pdf", lambda path: path.write_bytes(b""))

    with pytest.raises(printed.Busy):
        printed.printed("ab" * 32, "pdf", nested)


def test_the_store_forgets_what_was_not_asked_for_longest(settings) -> None:
    settings.PRINT_MAX_BYTES = 250
    for number in range(4):
        name = f"{number:02d}" * 32
        path = printed.printed(name, "pdf", lambda path: path.write_bytes(b"x" * 100))
        os.utime(path, (number, number))
    left = sorted(path.name[:2] for path in Path(settings.PRINT_DIR).glob("*/*.pdf"))
    assert left == ["02", "03"]


def test_what_a_killed_process_left_is_swept(settings) -> None:
    stray = Path(settings.PRINT_DIR) / "ab" / "x.pdf.1.part"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"half")
    printed.printed("cd" * 32, "pdf", lambda path: path.write_bytes(b"x"))
    assert not stray.exists()


# -- documents that ask for too much


def with_one(content: bytes):
    version = draft(title="示例路北侧项目")
    add_document(version, content, "附件")
    return approve_version(submit_version(version, editor()), approver())


@pytest.mark.parametrize(
    "content",
    [bombs.contents_without_end(600, 6_000_000), bombs.wide_picture(9000), made_pdf(1, 20_000)],
)
def test_a_document_that_asks_for_too_much_is_listed_only(client, content) -> None:
    pdf = fetch(client, with_one(content), "pack.pdf")
    assert "未收入" in text_of(pdf)
    assert len(pdf) < 1_000_000


def test_documents_that_cannot_be_joined_are_listed_only(client, monkeypatch) -> None:
    version = with_one(made_pdf(3))
    monkeypatch.setattr(joined, "JOIN", replace(joined.JOIN, memory_bytes=1024 * 1024))
    assert "未收入" in text_of(fetch(client, version, "pack.pdf"))
