"""Search over notices: the newest public version, found by text, place and division."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.core.regions.models import Node
from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.submit import submit_version
from portal.plans.procedure.withdraw import withdraw_version
from portal.plans.search_source import NoticeSource, RegionSource
from portal.search.models import IndexedDocument
from tests.factories.notices import (
    COUNTY,
    FOREIGN_CITY,
    approver,
    draft,
    make_region,
    published,
    registrar,
    submitted,
)

pytestmark = pytest.mark.django_db


def indexed(kind: str) -> dict[str, str]:
    rows = IndexedDocument.objects.filter(kind=kind, live=True)
    return dict(rows.values_list("key", "title"))


def test_only_what_is_public_is_handed_over() -> None:
    version = published(
        title="示例路小学",
        summary="摘要在此",
        place_text="江湾片区示例路北侧",
        source="示例局",
        region=COUNTY,
    )
    draft()
    submitted()
    (found,) = NoticeSource().documents()
    assert (found.key, found.title) == (version.notice.code, "示例路小学")
    assert found.heading == "批前公示"
    assert found.url == version.notice.get_absolute_url()
    for part in ("摘要在此", "江湾片区示例路北侧", "江湾区", "项目拟选址于示例路北侧"):
        assert part in found.text
    assert found.region_code == COUNTY
    assert list(NoticeSource().documents(["nothing"])) == []


def test_the_index_follows_the_procedure(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = published(title="第一版的标题")
    code = first.notice.code
    assert indexed("notice") == {code: "第一版的标题"}
    assert indexed("region") == {"990100": "示例市"}
    with django_capture_on_commit_callbacks(execute=True):
        second = announce_anew(first, registrar(), "调整")
    second.title = "第二版的标题"
    second.save()
    assert indexed("notice") == {code: "第一版的标题"}
    with django_capture_on_commit_callbacks(execute=True):
        second = approve_version(submit_version(second, registrar()), approver())
    assert indexed("notice") == {code: "第二版的标题"}
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_version(second, registrar(), "有误")
    assert indexed("notice") == {}
    assert indexed("region") == {}


def test_a_citizen_finds_the_notice_by_its_place(
    client: Client, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        version = published(title="小学批前公示", place_text="江湾片区示例大道12号")
    for words in ("江湾片区", "示例大道12号", "小学"):
        text = client.get("/search/", {"q": words}).content.decode()
        assert version.notice.get_absolute_url() in text, words


def test_a_withdrawn_notice_is_suggested_no_more(
    client: Client, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        version = published(title="小学批前公示", place_text="江湾片区示例大道12号")
    for typed in ("小学", "江湾片区", version.notice.code):
        assert client.get("/search/suggest", {"q": typed}).json()["suggestions"], typed
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_version(version, registrar(), "有误")
    for typed in ("小学", "江湾片区", version.notice.code):
        assert client.get("/search/suggest", {"q": typed}).json()["suggestions"] == [], typed
    assert "小学批前公示" not in client.get("/search/", {"q": "小雪批前公示"}).content.decode()


def test_a_node_finds_and_suggests_what_it_shows_only(
    client: Client, django_capture_on_commit_callbacks, site_of_city: Node
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mine, other = published(title="本市小学"), published(title="外市小学", region=FOREIGN_CITY)
    text = client.get("/search/", {"q": "小学"}).content.decode()
    assert mine.notice.get_absolute_url() in text
    assert "外市" not in text
    assert client.get(other.notice.get_absolute_url()).status_code == 404
    offers = client.get("/search/suggest", {"q": "小学"}).json()["suggestions"]
    assert [offer["text"] for offer in offers] == ["本市小学"]


def test_divisions_with_notices_or_a_node(site_of_city) -> None:
    published(region=COUNTY)
    found = {each.key: each.url for each in RegionSource().documents()}
    assert found == {
        "990100": "/plans/?region=990100",
        COUNTY: f"/plans/?region={COUNTY}",
    }


@pytest.fixture
def site_of_city() -> Node:
    from wagtail.models import Site

    site = Site.objects.get(is_default_site=True)
    return Node.objects.create(site=site, region=make_region())
