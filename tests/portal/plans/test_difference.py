"""What two versions of a notice differ in, down to what is easily overlooked."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.plans.difference import difference
from portal.plans.models import NoticeDocument, NoticeLayer, NoticeVersion
from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.submit import submit_version
from tests.factories.notices import PDF, add_document, approver, draft, editor, registrar
from tests.portal.published import publish_layer

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> NoticeVersion:
    publish_layer("landuse")
    version = draft(layers=("landuse",))
    add_document(version, PDF, title="图")
    add_document(version, PDF + b"%second", title="图")
    add_document(version, PDF + b"%third", title="附")
    return approve_version(submit_version(version, editor()), approver())


def anew(first: NoticeVersion) -> NoticeVersion:
    return announce_anew(first, registrar(), "更正")


def test_of_two_documents_of_one_name_the_removed_one_is_told(first: NoticeVersion) -> None:
    second = anew(first)
    NoticeDocument.objects.filter(version=second, title="图").last().delete()
    changes = difference(first, second).documents
    assert [(change.kind, change.title) for change in changes] == [("removed", "图")]


def test_removed_documents_keep_the_order_of_the_earlier_version(first: NoticeVersion) -> None:
    second = anew(first)
    for document in second.documents.all():
        document.delete()
    changes = difference(first, second).documents
    assert [change.title for change in changes] == [one.title for one in first.documents.all()]


def test_a_layer_that_went_and_one_that_came_are_told(first: NoticeVersion, client: Client) -> None:
    second = anew(first)
    NoticeLayer.objects.filter(version=second).delete()
    NoticeLayer.objects.create(version=second, layer_code="roads")
    found = difference(first, second).layers
    assert [(change.kind, change.code) for change in found] == [
        ("added", "roads"),
        ("removed", "landuse"),
    ]
    public = approve_version(submit_version(second, registrar()), approver())
    page = client.get(f"{public.get_absolute_url()}changes/").content.decode()
    assert "相关图层" in page
    assert "两个版本的内容相同" not in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title_en", "Another title"),
        ("summary_en", "Another summary"),
        ("period_excludes_first_day", False),
        ("period_ends_on_working_day", True),
    ],
)
def test_no_frozen_fact_changes_unseen(first: NoticeVersion, name: str, value: object) -> None:
    second = anew(first)
    setattr(second, name, value)
    told = [change.label for change in difference(first, second).fields]
    assert NoticeVersion._meta.get_field(name).verbose_name in told


def test_a_number_too_long_to_be_one_names_no_version(first: NoticeVersion, client: Client) -> None:
    second = approve_version(submit_version(anew(first), registrar()), approver())
    address = f"{second.get_absolute_url()}changes/"
    assert client.get(address, {"from": "1" * 5000}).status_code == 200
    assert client.get("/plans/", {"region": "1\x001"}).status_code == 200
