"""What a search finds and in which order; the same on both databases."""

from __future__ import annotations

import datetime

import pytest

from portal.search.models import IndexedDocument, SynonymGroup
from portal.search.rebuild import rebuild
from portal.search.refresh import refresh
from portal.search.request import MAX_PAGE, SearchRequest, Validity
from portal.search.search import PAGE_SIZE, search
from portal.search.views import pages as pages_of

pytestmark = pytest.mark.django_db


def keys(text: str = "", **filters) -> list[str]:
    return [hit.document.key for hit in search(SearchRequest(text=text, **filters)).hits]


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
