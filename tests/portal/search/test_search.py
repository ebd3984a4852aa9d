"""What a search finds and in which order; the same on both databases."""

from __future__ import annotations

import datetime
from importlib import import_module

import pytest
from django.apps import apps

from portal.search.enums import DocumentStatus
from portal.search.models import IndexedDocument, SynonymGroup
from portal.search.question import understand
from portal.search.rebuild import rebuild
from portal.search.refresh import refresh
from portal.search.request import MAX_PAGE, SearchRequest, Validity
from portal.search.search import PAGE_SIZE, search
from portal.search.views import pages as pages_of

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


@pytest.mark.parametrize("word", ["征收", "补偿", "公告", "车站", "转用", "农用"])
def test_every_word_of_two_characters_hits(laws, word):
    assert keys(word)


def test_a_single_character_finds_titles(laws):
    assert "n1" in keys("铁")


def test_synonyms_find_each_other_and_are_marked(laws):
    SynonymGroup.objects.get_or_create(words="容积率、FAR、建筑容积率")
    hits = search(SearchRequest(text="FAR")).hits
    assert [hit.document.key for hit in hits] == ["s5"]
    assert "<mark>容积率</mark>" in hits[0].passage


def test_an_acronym_is_no_part_of_a_longer_word(laws):
    assert keys("farm") == []


def test_a_period_is_found_in_figures_and_in_characters(laws):
    for text in ("公告30天", "公告三十日", "公告 30日"):
        assert keys(text)[0] == "c26", text
    hit = search(SearchRequest(text="公告30天")).hits[0]
    assert "<mark>三十日</mark>" in hit.passage


def test_latin_titles_and_aliases_are_found(laws):
    assert keys("metro") == ["n1"]
    assert keys("JW-2025-03")[0] == "n1"


def test_what_ended_is_left_out_counted_and_found_when_asked_for(laws):
    results = search(SearchRequest(text="建设占用土地"))
    assert "t43" not in [hit.document.key for hit in results.hits]
    assert results.ended == 1
    assert keys("建设占用土地", validity=Validity.ENDED) == ["t43"]
    every = keys("建设占用土地", validity=Validity.ALL)
    assert every.index("t44") < every.index("t43")


def test_the_version_in_force_on_a_day_is_found(laws):
    assert "t43" in keys("建设占用土地", on=datetime.date(2010, 1, 1))
    assert "t44" not in keys("建设占用土地", on=datetime.date(2010, 1, 1))
    assert "t44" in keys("建设占用土地", on=NEW_DAY)
    assert "t43" not in keys("建设占用土地", on=NEW_DAY)


NEW_DAY = datetime.date(2020, 1, 1)


def test_filters_by_kind_region_and_issuer(laws):
    assert keys("规划 公示 轨道交通", kind="notice") == ["n1"]
    assert "s5" in keys("详细规划", region="990100"), "a province's rule holds in its cities"
    assert "s5" not in keys("详细规划", region="980000")
    assert keys("规划", region="990000", local=True, kind="article") == ["s5"]
    assert keys("规划", issuer="示例省人民政府") == ["s5"]


def test_counts_by_kind_do_not_depend_on_the_kind_shown(laws):
    one = search(SearchRequest(text="补偿 轨道交通"))
    other = search(SearchRequest(text="补偿 轨道交通", kind="notice"))
    assert one.by_kind == other.by_kind
    assert set(one.by_kind) == {"article", "notice"}


def test_what_is_found_is_escaped(laws):
    laws["notice"].put(
        "x", "脚本<script>alert(1)</script>公示", "正文<img src=x onerror=alert(2)>公示"
    )
    refresh("notice")
    hit = next(
        hit for hit in search(SearchRequest(text="脚本公示")).hits if hit.document.key == "x"
    )
    assert "<script" not in hit.title
    assert "<img" not in hit.passage
    assert "<mark>" in hit.title


def test_nothing_is_found_in_an_empty_index(db, memory):
    results = search(SearchRequest(text="土地"))
    assert (results.hits, results.total) == ([], 0)


def test_many_pages_hold_each_hit_once(db, memory):
    for number in range(95):
        memory["notice"].put(
            str(number), f"公示第{number}号", "建设项目公示内容" * (1 + number % 3)
        )
    rebuild()
    seen = [key for page in range(1, 11) for key in keys("建设项目公示", page=page)]
    assert len(seen) == len(set(seen)) == 95


def put_rules(memory, count: int, name: str, **more) -> None:
    """Short texts meet a query best, so that ``name`` decides nothing of the order."""
    for number in range(count):
        text = "建设项目公示内容" * (1 + number % 3)
        memory["article"].put(f"{name}{number}", f"示例第{number}号办法", text, **more)


def test_pages_over_every_validity_lose_no_hit_and_what_ended_comes_last(db, memory):
    put_rules(memory, 60, "held", status="in_force", effective_from=datetime.date(2020, 1, 1))
    put_rules(memory, 40, "was", status="repealed")
    rebuild()
    pages = [keys("建设项目公示", validity=Validity.ALL, page=page) for page in range(1, 12)]
    seen = [key for page in pages for key in page]
    assert len(seen) == len(set(seen)) == 100
    assert ["held" in key for key in seen] == [True] * 60 + [False] * 40
    assert pages[-1] == []


def test_no_more_pages_are_promised_than_can_be_turned_to(db, memory):
    put_rules(memory, PAGE_SIZE * MAX_PAGE + 20, "held")
    rebuild()
    results = search(SearchRequest(text="建设项目公示", page=MAX_PAGE))
    assert results.total == PAGE_SIZE * MAX_PAGE + 20
    assert results.pages == MAX_PAGE
    assert len(results.hits) == PAGE_SIZE
    assert pages_of(results)["next"] == ""


def test_a_search_costs_the_same_number_of_queries_whatever_it_finds(
    laws, django_assert_num_queries
):
    keys("土地")
    for text in ("土地", "城乡规划草案公告三十日容积率补偿轨道交通"):
        with django_assert_num_queries(4):
            keys(text)


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


def test_a_filter_that_leaves_the_cited_article_out_changes_nothing_else(around):
    hits = search(SearchRequest(text="土地管理法第四十四条", kind="notice")).hits
    assert [hit.document.kind for hit in hits if hit.document.kind != "notice"] == []


ASKED = "邻居搭棚<b>谁管</b>、违章搭建罚多少"


@pytest.fixture
def with_gist(memory):
    """Two articles on the same, one of them with a gist and everyday questions."""
    article = memory["article"]
    words = "未取得建设工程规划许可证进行建设的，责令停止建设。"
    article.put("plain", "示例市规划办法", words, label="第二条")
    article.put("told", "示例市规划办法", words + "限期拆除。", label="第三条",
                gist="违法建设的处罚", asked=ASKED)  # fmt: skip
    rebuild()


def test_an_article_is_found_by_its_gist_and_by_how_people_ask(with_gist):
    assert keys("违法建设的处罚")[0] == "told"
    assert keys("违章搭建罚多少") == ["told"]


def test_a_hit_shows_its_gist_and_the_question_that_was_met_escaped(with_gist):
    hit = search(SearchRequest(text="搭棚")).hits[0]
    assert hit.gist == "违法建设的处罚"
    assert hit.asked == "邻居<mark>搭棚</mark>&lt;b&gt;谁管&lt;/b&gt;"
    assert search(SearchRequest(text="责令停止建设")).hits[0].asked == ""


def test_a_gist_that_is_taken_back_is_found_no_more(with_gist, memory):
    memory["article"].put("told", "示例市规划办法", "责令停止建设。", label="第三条")
    refresh("article", ["told"])
    assert keys("违章搭建罚多少") == []
    dead = IndexedDocument.objects.filter(key="told", live=False)
    assert [(row.gist, row.asked) for row in dead] == [("", "")]
