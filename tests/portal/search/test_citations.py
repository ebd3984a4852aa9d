"""A cited article comes first, with its earlier versions and what it has to do with below it."""

from __future__ import annotations

import datetime
from importlib import import_module

import pytest
from django.apps import apps

from portal.search.enums import DocumentStatus
from portal.search.models import IndexedDocument
from portal.search.question import understand
from portal.search.rebuild import rebuild
from portal.search.refresh import refresh
from portal.search.request import SearchRequest, Validity
from portal.search.search import search

pytestmark = pytest.mark.django_db


def keys(text: str = "", **filters) -> list[str]:
    return [hit.document.key for hit in search(SearchRequest(text=text, **filters)).hits]


@pytest.mark.parametrize(
    "text",
    [
        "土地管理法第四十四条",
        "土地管理法 44条",
        "《土地管理法》第44条",
        "中华人民共和国土地管理法四十四条",
    ],
)
def test_a_cited_article_comes_first(laws, text):
    assert keys(text)[0] == "t44"


def test_an_earlier_version_of_a_cited_article_stands_below_and_is_marked(laws):
    hits = search(SearchRequest(text="土地管理法第四十四条")).hits
    assert [hit.document.key for hit in hits][:2] == ["t44", "t43"]
    assert hits[0].holds
    assert hits[1].status == DocumentStatus.EXPIRED
    assert not hits[1].holds


def test_an_earlier_version_that_is_shown_is_not_counted_as_left_out(laws):
    results = search(SearchRequest(text="土地管理法第四十四条"))
    assert "t43" in [hit.document.key for hit in results.hits]
    assert results.ended == 0


@pytest.mark.parametrize("validity", [Validity.IN_FORCE, Validity.UNVERIFIED])
def test_who_asks_for_a_certain_validity_gets_no_earlier_version(laws, validity):
    results = search(SearchRequest(text="土地管理法第四十四条", validity=validity))
    assert "t43" not in [hit.document.key for hit in results.hits]
    assert results.ended == 1


def test_a_cited_article_costs_three_queries_more_whatever_stands_below(
    laws, django_assert_num_queries
):
    """The article itself, the words of its matter, and what names it."""
    keys("土地")
    for text in ("土地管理法第四十四条", "土地管理法第四十八条", "城乡规划法第二十六条"):
        with django_assert_num_queries(7):
            keys(text)


@pytest.fixture
def around(laws):
    """Beside the cited article: what names it, what only seems to, and a rule on the same matter."""
    article, law = laws["article"], "中华人民共和国土地管理法"
    held = {"status": "in_force", "effective_from": datetime.date(2020, 1, 1)}
    article.put("t57", law, "违反本法第四十四条规定的，责令退还。", label="第五十七条", **held)
    article.put("t58", law, "土地依《示例法》第四十四条办理。", label="第五十八条", **held)
    article.put("t59", law, "土地依本法第四十四条之一办理。", label="第五十九条", **held)
    article.put(
        "own", "示例省用地办法", "农用地转为建设用地的审批手续由省办理。", label="第三条", **held
    )
    refresh("article")


def test_below_a_cited_article_stands_what_names_it_and_then_its_matter(around):
    hits = search(SearchRequest(text="土地管理法第四十四条")).hits
    assert [hit.document.key for hit in hits][:3] == ["t44", "t43", "t57"]
    assert [hit.document.key for hit in hits if hit.refers] == ["t57"]
    assert hits[2].passage == "违反本法<mark>第四十四条</mark>规定的，责令退还。"
    alike = [hit.document.key for hit in hits if hit.same_matter]
    assert "own" in alike
    assert not {"t44", "t43", "t57", "t48"} & set(alike)


def test_without_a_cited_article_nothing_is_called_the_same_matter(around):
    for text in ("土地管理法", "农用地转用", "土地管理法第九十九条"):
        for hit in search(SearchRequest(text=text)).hits:
            assert not hit.refers
            assert not hit.same_matter


def test_a_filter_that_leaves_the_cited_article_out_changes_nothing_else(around):
    hits = search(SearchRequest(text="土地管理法第四十四条", kind="notice")).hits
    assert [hit.document.kind for hit in hits if hit.document.kind != "notice"] == []


@pytest.fixture
def inserted(memory):
    """A law into which articles were inserted behind one, in no order, and what names them."""
    article, law = memory["article"], "中华人民共和国刑法"
    for key, label, text in (
        ("p2", "第一百二十条之二", "为实施恐怖活动准备凶器的，处五年以下有期徒刑。"),
        ("p11", "第一百二十条之十一", "恐怖活动的其他情形。"),
        ("p1", "第一百二十条之一", "资助恐怖活动组织的，处五年以下有期徒刑。"),
        ("p10", "第一百二十条之十", "恐怖活动的宣传。"),
        ("p0", "第一百二十条", "组织、领导恐怖活动组织的，处十年以上有期徒刑。"),
        ("to0", "第一百二十一条", "犯本法第一百二十条的，从重处罚。"),
        ("to1", "第一百二十二条", "犯本法第一百二十条之一的，从重处罚。"),
        ("to10", "第一百二十三条", "犯本法第一百二十条之十，情节较轻的，从轻处罚。"),
        ("to11", "第一百二十四条", "犯本法第一百二十条之十一，情节较轻的，从轻处罚。"),
    ):
        article.put(key, law, text, label=label)
    rebuild()


@pytest.mark.parametrize(
    ("text", "first", "naming"),
    [
        ("刑法第一百二十条", "p0", "to0"),
        ("《中华人民共和国刑法》 120条", "p0", "to0"),
        ("刑法第一百二十条之一", "p1", "to1"),
        ("刑法120条之2", "p2", None),
        ("刑法第一百二十条之十", "p10", "to10"),
        ("刑法第一百二十条之十一", "p11", "to11"),
    ],
)
def test_an_inserted_article_is_told_from_the_one_before_it(inserted, text, first, naming):
    hits = search(SearchRequest(text=text)).hits
    assert hits[0].document.key == first
    assert [hit.document.key for hit in hits if hit.refers] == [naming] * (naming is not None)


def test_a_title_of_two_signs_counts_only_before_a_number(inserted):
    assert understand("刑法第一百二十条", {"刑法": 0}, {}).titles == ("刑法",)
    assert understand("刑法 恐怖活动", {"刑法": 0}, {}).titles == ()
    assert understand("示例刑法第三条", {"刑法": 0, "示例刑法": 1}, {}).titles == ("示例刑法",)


def test_articles_indexed_before_are_told_apart_without_a_rebuild(inserted):
    migration = import_module("portal.search.migrations.0007_article_place")
    places = dict(IndexedDocument.objects.values_list("key", "article"))
    migration.drop_subs(apps, None)
    assert set(IndexedDocument.objects.values_list("article", flat=True)) == {
        120,
        121,
        122,
        123,
        124,
    }
    migration.tell_subs(apps, None)
    assert dict(IndexedDocument.objects.values_list("key", "article")) == places
    assert keys("刑法第一百二十条之一")[0] == "p1"
