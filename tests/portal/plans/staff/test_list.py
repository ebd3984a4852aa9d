"""The officials' list: filters, search, and a fixed number of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.notices import COUNTY, approver, draft, editor, published, submitted
from tests.factories.officials import signed_in

pytestmark = pytest.mark.django_db

INDEX = "/admin/notices/"


@pytest.fixture
def desk() -> Client:
    return signed_in(editor())


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"草稿甲", "待批乙", "公布丙", "区里丁"}),
        ({"state": "awaiting"}, {"待批乙"}),
        ({"state": "published"}, {"公布丙"}),
        ({"kind": "hearing"}, {"区里丁"}),
        ({"region": COUNTY}, {"区里丁"}),
        ({"q": "甲"}, {"草稿甲"}),
        ({"soon": "1"}, {"公布丙"}),
        ({"mine": "1"}, {"草稿甲", "待批乙", "公布丙"}),
        ({"state": "nonsense", "kind": "'; --"}, {"草稿甲", "待批乙", "公布丙", "区里丁"}),
    ],
)
def test_filters(desk: Client, query: dict[str, str], shown: set[str]) -> None:
    draft(title="草稿甲")
    submitted(title="待批乙")
    published(title="公布丙", period_amount=3)
    draft(title="区里丁", kind="hearing", region=COUNTY)
    text = desk.get(INDEX, query).content.decode()
    assert {title for title in ("草稿甲", "待批乙", "公布丙", "区里丁") if title in text} == shown


def test_the_list_asks_as_often_for_one_row_as_for_twenty(desk: Client) -> None:
    draft()
    desk.get(INDEX)
    with CaptureQueriesContext(
        connection,
    ) as one:
        desk.get(INDEX)
    for _number in range(19):
        draft()
    with CaptureQueriesContext(connection) as twenty:
        text = desk.get(INDEX).content.decode()
    assert text.count("notice-badge--draft") == 20
    assert len(twenty) == len(one)


def test_pages(desk: Client) -> None:
    for _number in range(21):
        draft()
    assert "第 1 页，共 2 页" in desk.get(INDEX).content.decode()
    assert desk.get(INDEX, {"page": "2"}).content.decode().count("notice-badge--draft") == 1


def test_the_approver_sees_what_waits(desk: Client) -> None:
    from portal.plans.staff.listing import awaiting_my_decision

    version = submitted()
    assert awaiting_my_decision(approver()) == [version]
    assert awaiting_my_decision(editor()) == []
