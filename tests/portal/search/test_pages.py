"""The pages of search: what they show, in both languages, and that no input breaks them."""

from __future__ import annotations

import json
import re

import pytest
from django.http import QueryDict

from portal.search.missed import forget
from portal.search.models import MissedQuery
from portal.search.refresh import refresh
from portal.search.request import MAX_PAGE, SearchRequest
from tests.portal.pages import make_site

pytestmark = pytest.mark.django_db

ODD = [
    "土" * 10_000,
    'AND OR NOT NEAR("a" "b")',
    '"unclosed',
    "a* OR b^ :title {x}",
    "'; DROP TABLE search_index_posting; --",
    "%00\x00\x01\x7f",
    "\ud83d\ude00🏙️👨‍👩‍👧",
    "！@#￥%……&*（）",
    "   ",
    "第条",
    "第零条第一百亿千万条",
    "<script>alert(1)</script>",
    "\u202e\u200b\ufeff",
    "𠀀𠮷",
    "ß İ ŉ ﷺ",
    "1" * 400,
    "%s %d {} {{ x }} {% y %}",
]


@pytest.fixture
def site(laws):
    make_site()
    return laws


def text_of(response) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.mark.parametrize("address", ["/search/", "/search/ask/", "/search/suggest", "/en/search/"])
@pytest.mark.parametrize("typed", ODD)
def test_no_input_breaks_a_page(site, client, address, typed):
    typed = typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    response = client.get(address, {"q": typed, "page": "x", "on": "2025-99-99", "kind": typed})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "query",
    ["page=-1", "page=99999999999999999999", "page=²", "on=0000-00-00", "region=%00", "validity=x"],
)
def test_no_filter_breaks_the_page(site, client, query):
    assert client.get(f"/search/?q=规划&{query}").status_code == 200


@pytest.mark.parametrize("address", ["/search/", "/search/ask/"])
def test_a_page_number_of_thousands_of_digits_is_the_last_page(site, client, address):
    digits = "9" * 5_000
    assert client.get(address, {"q": "规划", "page": digits}).status_code == 200
    assert SearchRequest.from_query(QueryDict(f"q=a&page={digits}")).page == MAX_PAGE


def test_hits_are_linked_marked_and_say_whether_they_hold(site, client):
    html = client.get("/search/", {"q": "农用地转用"}).content.decode()
    assert 'href="/x/article/t44"' in html
    assert "<mark>农用地转用</mark>" in html
    assert "现行有效" in html


def test_a_hit_says_what_the_article_is_on_and_which_question_was_met(site, memory, client):
    memory["article"].put("g1", "示例市规划办法", "责令停止建设。", label="第三条",
                          gist="违法建设的处罚", asked="违章搭建罚多少、邻居搭棚谁管")  # fmt: skip
    refresh("article", ["g1"])
    html = client.get("/search/", {"q": "搭建"}).content.decode()
    assert '条旨：<span lang="zh-Hans">违法建设的处罚</span>' in html
    assert "常见问法：" in html
    assert "违章<mark>搭建</mark>罚多少" in html
    assert "邻居搭棚" not in html
    english = client.get("/en/search/", {"q": "搭建"}).content.decode()
    assert 'Gist: <span lang="zh-Hans">违法建设的处罚</span>' in english


def test_the_english_page_links_to_english_pages(site, client):
    response = client.get("/en/search/", {"q": "metro"})
    assert 'href="/en/x/notice/n1"' in response.content.decode()
    assert "Metro line 3" in text_of(response)


def test_an_empty_page_says_what_was_searched_and_what_to_try(site, client):
    text = text_of(client.get("/search/", {"q": "恐龙化石"}))
    for part in ("没有找到", "法规条文、 规划公示".replace(" ", ""), "换一个说法"):
        assert part in text.replace(" ", "")


def test_a_word_of_the_same_sound_is_offered(site, client):
    response = client.get("/search/", {"q": "城香规划法"})
    assert "城乡规划法" in text_of(response)
    response = client.get("/search/", {"q": "tudiguanlifa"})
    assert "土地管理法" in text_of(response)


@pytest.mark.parametrize(
    "typed", ["土地管", "tudiguan", "tdglf", "TDGLF", "管理法", "tu di guan li"]
)
def test_titles_are_suggested_by_signs_pinyin_and_initials(site, client, typed):
    answer = json.loads(client.get("/search/suggest", {"q": typed}).content)
    assert {"text": "土地管理法", "kind": "法规条文"} in answer["suggestions"]


def test_terms_of_the_field_are_suggested_where_the_index_holds_them(site, client):
    answer = json.loads(client.get("/search/suggest", {"q": "rongji"}).content)
    assert answer["suggestions"] == [{"text": "容积率", "kind": "术语"}]
    assert json.loads(client.get("/search/suggest", {"q": "halin"}).content)["suggestions"] == []


def test_suggestions_are_few_and_the_nearest_first(site, client):
    answer = json.loads(client.get("/search/suggest", {"q": "规划"}).content)
    assert 0 < len(answer["suggestions"]) <= 8


def test_the_page_costs_the_same_number_of_queries_at_three_and_at_twenty_hits(
    site, client, django_assert_num_queries
):
    for number in range(20):
        site["notice"].put(f"p{number}", f"公园第{number}号公示")
    for number in range(3):
        site["notice"].put(f"l{number}", f"湖泊第{number}号公示")
    refresh("notice")
    client.get("/search/", {"q": "湖泊"})
    for text in ("湖泊", "公园"):
        with django_assert_num_queries(9):
            client.get("/search/", {"q": text})


def test_too_many_searches_are_refused_for_a_while(site, client, settings):
    settings.RATE_LIMIT_SEARCH = "2/m"
    codes = [client.get("/search/", {"q": "规划"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_a_missed_query_is_kept_as_text_only_when_it_came_often(site, client):
    for times in (1, 2):
        client.get("/search/", {"q": "恐龙化石"})
        row = MissedQuery.objects.get()
        assert (row.times, row.text) == (times, "")
        assert "恐龙" not in row.fingerprint
    client.get("/search/", {"q": "恐龙化石"})
    assert MissedQuery.objects.get().text == "恐龙化石"


@pytest.mark.parametrize(
    "typed",
    [
        "恐龙13812345678",
        "恐龙 a@b.cn",
        "恐" * 60,
        "138 1234 5678恐龙",
        "138-1234-5678恐龙",
        "恐龙010-6512-3456",
        "恐龙138–1234—5678",
        "恐龙（010）6512－3456",
        "恐龙138.1234.5678",
    ],
)
def test_a_missed_query_that_may_name_a_person_is_not_kept(site, client, typed):
    client.get("/search/", {"q": typed})
    assert not MissedQuery.objects.exists()


def test_hashes_that_do_not_come_again_are_forgotten(site, client):
    import datetime

    client.get("/search/", {"q": "恐龙化石"})
    row = MissedQuery.objects.get()
    assert forget(row.last_on + datetime.timedelta(days=30)) == 0
    assert forget(row.last_on + datetime.timedelta(days=31)) == 1


def test_the_question_box_answers_with_cited_passages(site, client):
    text = text_of(client.get("/search/ask/", {"q": "征收土地怎么补偿"}))
    assert "依据" in text
    assert "公平、合理" in text


@pytest.mark.parametrize(
    "asked",
    [
        "火星基地谁来审批",
        "今天天气怎么样",
        "股票会涨吗",
        "推荐一家餐厅",
        "征收外星人的飞船怎么登记",
    ],
)
def test_the_question_box_says_when_it_has_no_answer(site, client, asked):
    text = text_of(client.get("/search/ask/", {"q": asked}))
    assert "没有找到能回答这个问题的条文" in text
    assert "依据 " not in text


def test_what_is_found_is_counted_as_results_not_as_notices(site, client):
    page = client.get("/en/search/", {"q": "规划"}).content.decode()
    assert re.search(r"\d+ results?<", page)
    assert "notices<" not in re.search(r'class="result-count">[^<]*<', page)[0]
