"""Files of documents that a version in work no longer has; files of frozen versions stay for ever."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from portal.plans.models import NoticeDocument
from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.edit import discard_version
from portal.plans.procedure.submit import submit_version
from tests.factories.documents import pdf_file
from tests.factories.notices import (
    PDF,
    add_document,
    approver,
    draft,
    editor,
    registrar,
)
from tests.factories.officials import signed_in
from tests.portal.plans.staff.forms_of import form_data

pytestmark = pytest.mark.django_db
OTHER = pdf_file(["另一份"])


class Undone(Exception):
    """Ends a transaction without keeping anything."""


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """``with committed():`` does at its end what is done after a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def desk() -> Client:
    return signed_in(editor())


def is_stored(document: NoticeDocument) -> bool:
    return document.file.storage.exists(document.file.name)


def as_kept(document: NoticeDocument) -> NoticeDocument:
    return NoticeDocument.objects.get(pk=document.pk)


def replace(document: NoticeDocument, content: bytes = OTHER) -> None:
    document.file = ContentFile(content, name="new.bin")
    document.save()


def test_a_removed_document_takes_its_file_along(desk, committed) -> None:
    version = draft()
    stays, goes = add_document(version, title="甲"), add_document(version, title="乙")
    with committed():
        changes = form_data(version, **{"documents-1-DELETE": "on"})
        desk.post(reverse("notices_staff:edit", args=[version.pk]), changes)
        assert is_stored(goes)
    assert not is_stored(goes)
    assert is_stored(stays)


@pytest.mark.parametrize("content", [OTHER, PDF])
def test_a_replaced_file_goes_and_the_new_one_stays(desk, committed, content) -> None:
    document = add_document(draft())
    before = as_kept(document)
    with committed():
        replace(document, content)
        assert is_stored(before)
    assert not is_stored(before)
    assert is_stored(as_kept(document))


def test_a_rename_touches_no_file(committed) -> None:
    document = as_kept(add_document(draft()))
    with committed():
        document.title = "改名"
        document.save()
    assert is_stored(document)


def undone(change, document: NoticeDocument) -> None:
    with transaction.atomic():
        change(document)
        raise Undone


def discard(document: NoticeDocument) -> None:
    discard_version(document.version, editor())


@pytest.mark.parametrize("change", [replace, NoticeDocument.delete, discard])
def test_what_is_rolled_back_leaves_every_file(committed, change) -> None:
    document = as_kept(add_document(draft()))
    before = as_kept(document)
    with committed(), pytest.raises(Undone):
        undone(change, document)
    assert is_stored(before)
    assert as_kept(before).file.name == before.file.name


@pytest.mark.parametrize("change", [replace, NoticeDocument.delete])
def test_a_frozen_version_keeps_its_files_whatever_is_tried(committed, change) -> None:
    version = draft()
    document = add_document(version)
    before = as_kept(document)
    submit_version(version, editor())
    with committed(), pytest.raises(DatabaseError), transaction.atomic():
        change(document)
    assert is_stored(before)


def test_a_file_that_a_frozen_version_refers_to_is_never_deleted(committed) -> None:
    version = draft()
    frozen = add_document(version)
    submit_version(version, editor())
    in_work = add_document(draft())
    # No page does this; whoever does it by hand must not lose what was announced.
    NoticeDocument.objects.filter(pk=in_work.pk).update(file=frozen.file.name)
    with committed():
        as_kept(in_work).delete()
    assert is_stored(frozen)


def test_the_next_version_gives_up_its_copy_only(committed) -> None:
    version = draft()
    announced = add_document(version)
    approve_version(submit_version(version, editor()), approver())
    anew = announce_anew(version, registrar(), "更改")
    copy = anew.documents.get()
    with committed():
        copy.delete()
    assert not is_stored(copy)
    assert is_stored(announced)
