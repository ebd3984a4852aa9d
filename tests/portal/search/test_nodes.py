"""A node finds the notices of its own division and the law that holds there, nothing of its neighbours."""

from __future__ import annotations

import datetime

import pytest

from portal.core.regions.models import Region
from portal.search.refresh import refresh
from portal.search.request import SearchRequest
from portal.search.search import search
from portal.search.suggest import corrections, suggestions
from tests.portal.sites import make_division, make_home, make_node

pytestmark = pytest.mark.django_db
MINE, OTHER = "mine.test", "other.test"


@pytest.fixture
def network(laws, settings) -> dict[str, Region]:
    """Two cities of a province, each with a node, a county and documents of every level."""
    settings.ALLOWED_HOSTS = [MINE, OTHER]
    make_home()
    nation = Region.objects.filter(pk="100000").first() or Region.objects.create(
        code="100000", name="全国", level=0
    )
    province = make_division("990000", "示例省", nation)
    mine = make_division("990100", "示例市", province)
    other = make_division("990200", "邻市", province)
    # By its number nobody would guess to which city a county belongs.
    county = make_division("999001", "直管县", mine)
    made = {"nation": nation, "province": province, "mine": mine, "other": other, "county": county}
    for name, region in made.items():
        laws["notice"].put(f"n-{name}", f"湿地公园{name}公示", region_code=region.code)
        laws["article"].put(f"a-{name}", f"湿地保护{name}规定", "湿地公园的管理。",
                            region_code=region.code, issuer=f"{region.name}人民政府",
                            status="in_force", effective_from=datetime.date(2020, 1, 1))  # fmt: skip
    laws["article"].put("a-nowhere", "湿地分类标准", "湿地公园的分类。")
    refresh("notice")
    refresh("article")
    make_node(MINE, mine)
    make_node(OTHER, other)
    return made


HERE = {"n-mine", "n-county", "a-nation", "a-province", "a-mine", "a-county", "a-nowhere"}


def keys(node: Region | None, text: str = "湿地公园") -> set[str]:
    results = search(SearchRequest(text=text), node=node, size=30)
    assert results.total == len(results.hits) == sum(results.by_kind.values())
    return {hit.document.key for hit in results.hits}


def test_a_node_finds_its_own_notices_and_the_law_that_holds_there(network):
    assert keys(network["mine"]) == HERE
    assert keys(network["other"]) == {
        "n-other",
        "a-nation",
        "a-province",
        "a-other",
        "a-nowhere",
    }


def test_a_site_without_a_node_finds_everything(network):
    assert len(keys(None)) == 11


def test_a_filter_narrows_what_a_node_finds(network):
    wanted = SearchRequest(text="湿地公园", region="990200")
    found = search(wanted, node=network["mine"], size=30).hits
    assert {hit.document.key for hit in found} == {"a-nation", "a-province", "a-nowhere"}


def test_the_page_of_a_node_lists_and_offers_nothing_of_its_neighbours(network, client):
    html = client.get("/search/", {"q": "湿地公园"}, headers={"host": MINE}).content.decode()
    assert "/x/notice/n-mine" in html
    assert "/x/notice/n-county" in html
    for foreign in ("n-other", "n-nation", "a-other", "邻市", 'value="990200"'):
        assert foreign not in html.partition("<main")[2].partition("</main>")[0], foreign
    assert 'value="990100"' in html
    neighbour = client.get("/search/", {"q": "湿地公园"}, headers={"host": OTHER})
    assert "/x/notice/n-other" in neighbour.content.decode()


def test_the_question_box_of_a_node_cites_nothing_of_its_neighbours(network, client):
    asked = {"q": "邻市湿地公园的管理规定"}
    html = client.get("/search/ask/", asked, headers={"host": MINE}).content.decode()
    assert "/x/article/a-" in html
    assert "a-other" not in html
    assert "n-other" not in html


def test_a_node_suggests_titles_of_what_is_found_there(network, client):
    def offered(node: Region | None) -> set[str]:
        return {offer.text.removeprefix("湿地公园") for offer in suggestions("湿地公园", node=node)}

    assert offered(network["mine"]) == {"mine公示", "county公示"}
    assert offered(network["other"]) == {"other公示"}
    assert "nation公示" in offered(None)
    laws = {offer.text for offer in suggestions("湿地保护", node=network["mine"])}
    assert laws == {f"湿地保护{name}规定" for name in ("nation", "province", "mine", "county")}
    answer = client.get("/search/suggest", {"q": "湿地公园o"}, headers={"host": MINE})
    assert answer.json() == {"suggestions": []}


def test_a_node_corrects_to_titles_of_what_is_found_there(network):
    typed = "湿地公圆other公示"
    assert corrections(typed)[0].text == "湿地公园other公示"
    here = {offer.text for offer in corrections(typed, node=network["mine"])}
    assert "湿地公园other公示" not in here


def test_a_node_costs_one_query_more_whatever_it_finds(network, django_assert_num_queries):
    keys(network["mine"])
    for text in ("湿地公园", "土地"):
        with django_assert_num_queries(5):
            keys(network["mine"], text)
