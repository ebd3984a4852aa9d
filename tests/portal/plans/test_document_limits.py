"""Documents that hang, inflate or kill the check: refused with a text, and the server goes on."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.plans.documents import check_document
from portal.plans.errors import BadDocument, NotChecked
from portal.plans.staff.forms import UploadsField
from portal.staff.uploads import check
from tests.factories import bombs
from tests.factories.documents import pdf_file
from tests.journeys.browser import until


@pytest.fixture
def hostile() -> bytes:
    """Half a megabyte that keeps a reader busy for minutes."""
    return bombs.pages_packed_away(10, 60_000_000)


@pytest.fixture
def little_time(monkeypatch) -> None:
    monkeypatch.setattr(check, "LIMITS", replace(check.LIMITS, seconds=1.0))


def children() -> list[int]:
    """Checking processes that this process started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            command = status.with_name("cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == os.getpid() and b"portal.staff.uploads.child" in command:
            found.append(int(status.parent.name))
    return found


def test_a_file_that_takes_too_long_is_refused_in_both_languages(little_time, hostile) -> None:
    with pytest.raises(NotChecked, match="用时过长") as refusal:
        check_document(io.BytesIO(hostile))
    assert isinstance(refusal.value, BadDocument)
    assert "too long" in refusal.value.en
    assert not children()


def test_a_file_that_takes_too_much_memory_is_refused(monkeypatch) -> None:
    limits = replace(check.LIMITS, memory_bytes=128 * 1024 * 1024)
    monkeypatch.setattr(check, "LIMITS", limits)
    assert check_document(io.BytesIO(pdf_file(["这么多内存足够"]))).extension == "pdf"
    with pytest.raises(NotChecked, match="内存过多") as refusal:
        check_document(io.BytesIO(bombs.pages_packed_away(1, 74_000_000)))
    assert "memory" in refusal.value.en


def test_a_check_that_is_killed_is_no_pass(hostile) -> None:
    refusals = []

    def refuse() -> None:
        try:
            check_document(io.BytesIO(hostile))
        except NotChecked as refusal:
            refusals.append(refusal)

    thread = threading.Thread(target=refuse)
    thread.start()
    os.kill(until(children)[0], signal.SIGKILL)
    thread.join()
    assert len(refusals) == 1


def test_a_file_that_was_not_checked_is_checked_anew(monkeypatch) -> None:
    data = pdf_file(["再检查一次"])
    with monkeypatch.context() as patch:
        patch.setattr(check, "LIMITS", replace(check.LIMITS, memory_bytes=1024 * 1024))
        with pytest.raises(NotChecked):
            check_document(io.BytesIO(data))
    assert check_document(io.BytesIO(data)).extension == "pdf"


def test_an_ordinary_file_is_checked_in_no_time() -> None:
    used = os.times().children_user + os.times().children_system
    check_document(io.BytesIO(pdf_file(["一份普通的文件"] * 200)))
    assert os.times().children_user + os.times().children_system - used < 1.5


def test_what_passed_is_not_opened_again() -> None:
    data = pdf_file(["表单检查一次，保存时不再检查"])
    check_document(io.BytesIO(data))
    used = os.times().children_user
    assert check_document(io.BytesIO(data)).size == len(data)
    assert os.times().children_user == used


def test_one_file_that_hangs_ends_the_checking_of_a_form(little_time, hostile) -> None:
    files = [SimpleUploadedFile(f"{n}.pdf", hostile) for n in range(20)]
    start = time.monotonic()
    with pytest.raises(ValidationError) as refusal:
        UploadsField().clean(files)
    assert [text.partition("：")[0] for text in refusal.value.messages] == ["0.pdf"]
    assert time.monotonic() - start < 20
