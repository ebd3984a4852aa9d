"""What a text cites, and which citations become links."""

from __future__ import annotations

import re

import pytest

from portal.policies.linking import Linker
from portal.policies.models import Article, Edition, Regulation
from portal.policies.references import references
from tests.factories.policies import import_text, law_text, make_regions, make_regulation

KNOWN = {"刑法", "民法典", "土地管理法"}


def cited(text: str, *, own: bool = True) -> list[tuple[str, str, str]]:
    """(text of the reference, name, anchor)."""
    found = references(text, KNOWN.__contains__, bare_means_own=own)
    return [(text[each.start : each.end], each.name, each.anchor) for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "依照《中华人民共和国土地管理法》第四十四条办理。",
            [("土地管理法", ""), ("土地管理法", "44")],
        ),
        ("《刑法》（以下简称刑法）第三条、第五条", [("刑法", ""), ("刑法", "3"), ("刑法", "5")]),
        (
            "本法第十二条第二款、第三十条之一和第三十一条第（一）项",
            [("", "12"), ("", "30-1"), ("", "31")],
        ),
        ("依照第三条的规定", [("", "3")]),
        ("刑法第二百三十四条之一规定的", [("刑法", "234-1")]),
        ("依照民法典第一千二百五十九条", [("民法典", "1259")]),
        ("违反某某法第三条", []),
        ("在该办法第三条中", []),
        ("《未知的条例》第三条", [("未知的条例", ""), ("未知的条例", "3")]),
        ("《甲法》的规定。第三条", [("甲法", "")]),
        ("有前条规定情形的", [("", "")]),
        ("以前条件不足", []),
    ],
)
def test_citations_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(name, anchor) for _text, name, anchor in cited(text)] == expected


def test_a_bare_number_in_a_text_about_others_is_nobodys() -> None:
    assert cited("依照第三条的规定", own=False) == []


def links(article: Article, own_url: str = "") -> list[tuple[str, str]]:
    """(address, text) of the links of an article."""
    edition = article.edition
    anchors = list(edition.articles.order_by("position").values_list("anchor", flat=True))
    linker = Linker(edition, anchors, own_url)
    linker.prepare([article])
    html = linker.paragraph(article.text, article.anchor)
    return re.findall(r'<a(?: class="[^"]*")? href="([^"]*)">([^<]*)</a>', html)


pytestmark = pytest.mark.django_db


def last_article(regulation: Regulation) -> Article:
    return regulation.editions.get().articles.order_by("position").last()  # type: ignore[return-value]


def test_own_articles_are_linked_where_they_exist() -> None:
    text = law_text(
        "示例条例", ["甲。", "乙。", "违反本条例第一条、第二条、第九条或者前条规定的。"]
    )
    assert links(last_article(make_regulation(text))) == [
        ("#art-1", "第一条"),
        ("#art-2", "第二条"),
        ("#art-2", "前条"),
    ]


def test_other_texts_are_linked_where_they_and_the_article_exist() -> None:
    nation, _province = make_regions()
    import_text(law_text("中华人民共和国土地法", ["甲。", "乙。"]), region=nation, kind="law")
    text = law_text("示例条例", ["《土地法》第二条、第三条，《海洋法》第一条，土地法第一条。"])
    assert links(last_article(make_regulation(text))) == [
        ("/policies/tudifa/", "《土地法》"),
        ("/policies/tudifa/#art-2", "第二条"),
        ("/policies/tudifa/#art-1", "第一条"),
    ]


def test_an_alias_is_a_name_too() -> None:
    regulation = make_regulation()
    regulation.aliases = "绿地条例\n"
    regulation.save()
    text = law_text("示例办法", ["依照《绿地条例》第三条办理。"])
    assert [url for url, _text in links(last_article(make_regulation(text)))] == [
        "/policies/shilishilvdiguanlitiaoli/",
        "/policies/shilishilvdiguanlitiaoli/#art-3",
    ]


def test_the_nearest_region_is_meant_and_a_neighbour_never() -> None:
    nation, province = make_regions()
    import_text(law_text("绿地办法", ["国家的。"]), region=nation)
    text = law_text("示例条例", ["依照《绿地办法》执行。"])
    citing = last_article(make_regulation(text))
    national = Regulation.objects.get(title="绿地办法")
    assert links(citing)[0][0] == national.get_absolute_url()
    import_text(law_text("绿地办法", ["市里的。"]), region=province)
    own = Regulation.objects.get(title="绿地办法", region=province)
    assert links(citing)[0][0] == own.get_absolute_url()
    national_text = law_text("国家条例", ["依照《绿地办法》执行。"])
    import_text(national_text, region=nation)
    assert links(Article.objects.get(edition__regulation__title="国家条例"))[0][0] == (
        national.get_absolute_url()
    )


def amended(day: str, count: int) -> str:
    return law_text(
        "示例法", [f"内容{n}。{day}" for n in range(count)], f"{day} 全国人民代表大会修订"
    )


def test_a_citation_means_the_edition_that_the_citing_text_could_know() -> None:
    nation, _province = make_regions()
    import_text(amended("2015年1月1日", 2), region=nation, kind="law")
    import_text(amended("2020年1月1日", 3), region=nation, kind="law")
    old = law_text("旧办法", ["依照《示例法》第二条、第三条。"], "2016年1月1日 通过")
    new = law_text("新办法", ["依照《示例法》第二条、第三条。"], "2021年1月1日 通过")
    assert [url for url, _ in links(last_article(make_regulation(old)))] == [
        "/policies/shilifa/",
        "/policies/shilifa/2015-01-01/#art-2",
    ]
    assert [url for url, _ in links(last_article(make_regulation(new)))] == [
        "/policies/shilifa/",
        "/policies/shilifa/#art-2",
        "/policies/shilifa/#art-3",
    ]


def test_a_citation_older_than_every_edition_at_hand_says_that_numbers_may_have_moved() -> None:
    nation, _province = make_regions()
    import_text(amended("2020年1月1日", 3), region=nation, kind="law")
    text = law_text("旧办法", ["依照《示例法》第二条。"], "2016年1月1日 通过")
    citing = last_article(make_regulation(text))
    linker = Linker(citing.edition, ["1"])
    linker.prepare([citing])
    assert 'class="statute__later"' in linker.paragraph(citing.text, "1")
    assert linker.uncertain == 1


def test_text_is_escaped_around_and_within_links() -> None:
    text = law_text("示例条例", ["<script>", "依照《<b>》和本条例第一条<i>"])
    citing = last_article(make_regulation(text))
    linker = Linker(citing.edition, ["1", "2"])
    html = linker.paragraph(citing.text, "2")
    assert "<b>" not in html
    assert "<i>" not in html
    assert 'href="#art-1"' in html


def test_the_index_of_names_follows_a_change_of_the_library() -> None:
    text = law_text("示例条例", ["依照《绿地法》办理。"])
    citing = last_article(make_regulation(text))
    assert links(citing) == []
    nation, _province = make_regions()
    import_text(law_text("绿地法", ["甲。"]), region=nation)
    assert len(links(citing)) == 1
    Regulation.objects.get(title="绿地法").delete()
    assert links(citing) == []


def test_preparing_takes_one_query_for_a_whole_text(
    django_assert_num_queries: object,
) -> None:
    nation, _province = make_regions()
    import_text(law_text("绿地法", ["甲。", "乙。"]), region=nation)
    text = law_text("示例条例", [f"依照《绿地法》第{n}条。" for n in "一二三四"])
    edition = make_regulation(text).editions.get()
    articles = list(edition.articles.all())
    linker = Linker(Edition.objects.select_related("regulation__region").get(pk=edition.pk), [])
    with django_assert_num_queries(1):  # type: ignore[operator]
        linker.prepare(articles)
