"""The public pages of the policy library, without script."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from portal.core.regions.models import Node, Region
from portal.policies.models import (
    Edition,
    Interpretation,
    InterpretationCitation,
    PolicyTopicLink,
    Question,
    QuestionCitation,
    Regulation,
)
from tests.factories.policies import LAW, import_text, law_text, make_regions, make_regulation
from tests.portal.pages import make_site

pytestmark = pytest.mark.django_db
SLUG = "/policies/shilishilvdiguanlitiaoli/"


@pytest.fixture(autouse=True)
def _site() -> None:
    cache.clear()
    make_site()
    make_regions()


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def queries(client: Client, path: str) -> int:
    page(client, path)
    with CaptureQueriesContext(connection) as captured:
        page(client, path)
    return len(captured)


def amended(regulation_text: str = LAW) -> None:
    """A second edition from 2021 on."""
    text = regulation_text.replace(
        "第三条 任何单位不得占用绿地。", "第三条 任何单位和个人不得占用绿地。"
    )
    text = text.replace("2019年5月1日", "2021年1月1日").replace("2019年7月1日", "2021年3月1日")
    assert import_text(text, "新.md", kind="local").failed == 0


def unknown(title: str = "无期条例") -> Regulation:
    return make_regulation(law_text(title, ["依照本条例第二条。", "乙。"]))


# -- the list


def test_the_list_shows_each_regulation_with_its_state(client: Client) -> None:
    make_regulation()
    unknown()
    text = page(client, "/policies/")
    assert "示例市绿地管理条例" in text
    assert "现行有效" in text
    assert re.search(r'state--unknown">\s*效力待核实', text)
    assert 'name="ColumnName" content="政策法规"' in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("kind=local", {"示例市绿地管理条例", "旧条例", "无期条例"}),
        ("kind=law", set()),
        ("validity=in_force", {"示例市绿地管理条例"}),
        ("validity=ended", {"旧条例"}),
        ("validity=unknown", {"无期条例"}),
        ("validity=not_yet", set()),
        ("year=2019", {"示例市绿地管理条例", "旧条例"}),
        ("year=1999", set()),
        ("region=990000", {"示例市绿地管理条例", "旧条例", "无期条例"}),
        ("region=110000", set()),
        ("region=100000", set()),
        ("issuer=示例市人民代表大会常务委员会", {"示例市绿地管理条例", "旧条例"}),
        ("topic=绿化", {"示例市绿地管理条例"}),
        ("name=绿地", {"示例市绿地管理条例"}),
        ("name=绿 地 管理", {"示例市绿地管理条例"}),
        ("name=绿化规矩", {"示例市绿地管理条例"}),
        ("name=%", set()),
        ("kind=x&validity=y&year=z&region=q&page=w", {"示例市绿地管理条例", "旧条例", "无期条例"}),
        ("name=%00", {"示例市绿地管理条例", "旧条例", "无期条例"}),
    ],
)
def test_the_list_is_filtered(client: Client, query: str, shown: set[str]) -> None:
    first = make_regulation()
    Regulation.objects.filter(pk=first.pk).update(topic="绿化", aliases="绿化规矩")
    old = make_regulation(LAW.replace("示例市绿地管理条例", "旧条例"))
    Edition.objects.filter(regulation=old).update(repealed=True, ended=True)
    unknown()
    text = page(client, f"/policies/?{query}")
    titles = re.findall(r'notice-list__title"><a [^>]*>([^<]*)</a>', text)
    assert set(titles) == shown


def test_the_list_keeps_its_query_budget(client: Client) -> None:
    make_regulation(LAW.replace("示例市", "零号"))
    one = queries(client, "/policies/")
    for number in range(19):
        make_regulation(LAW.replace("示例市", f"{number}号"))
    assert queries(client, "/policies/") == one


def division(code: str, name: str, level: int, above: Region | None) -> Region:
    return Region.objects.create(code=code, name=name, level=level, parent=above)


def region_options(text: str) -> dict[str, list[str]]:
    """Label of each group -> its options."""
    select = text.partition('name="region"')[2].partition("</select>")[0]
    return {
        label: re.findall(r"<option[^>]*>([^<]*)</option>", group)
        for label, group in re.findall(r'<optgroup label="([^"]*)"[^>]*>(.*?)</optgroup>', select)
    }


def test_regions_are_chosen_by_province_with_the_number_of_their_texts(client: Client) -> None:
    nation, province = make_regions()
    division("980000", "无文省", 1, nation)
    city = division("990100", "江湾市", 2, province)
    county = division("990101", "东港区", 3, city)
    for number, region in enumerate((nation, province, county, county)):
        import_text(LAW.replace("示例市", f"{number}号"), region=region, kind="local")
    text = page(client, "/policies/?region=990100")
    assert region_options(text) == {
        "国家级": ["全国（1）"],
        "省级": ["示例市（3）"],
        "示例市": ["江湾市（2）", "东港区（2）"],
    }
    assert '<option value="990100" selected>' in text
    assert "共 2 部" in text
    assert "共 1 部" in page(client, "/policies/?region=100000")


def test_a_node_offers_the_regions_that_it_shows(client: Client) -> None:
    nation, province = make_regions()
    other = division("980000", "别省", 1, nation)
    for number, region in enumerate((nation, province, other)):
        import_text(LAW.replace("示例市", f"{number}号"), region=region, kind="local")
    Node.objects.create(site=Site.objects.get(is_default_site=True), region=province)
    shown = {"国家级": ["全国（1）"], "省级": ["示例市（1）"]}
    assert region_options(page(client, "/policies/")) == shown


def test_pages_keep_the_filter(client: Client) -> None:
    for number in range(21):
        make_regulation(LAW.replace("示例市", f"{number}号"))
    assert "?kind=local&amp;page=2" in page(client, "/policies/?kind=local")


# -- the text


def test_the_full_text_has_contents_anchors_and_permalinks(client: Client) -> None:
    make_regulation()
    text = page(client, SLUG)
    assert 'href="#part-1"' in text
    assert 'id="part-1"' in text
    assert 'id="art-3"' in text
    assert f'href="{SLUG}2019-05-01/articles/3/"' in text
    assert '<a href="#art-3">第三条</a>' in text
    assert text.count("<h1") == 1
    assert '<article class="statute" lang="zh-Hans"' in text


@pytest.mark.parametrize(
    ("day", "edition"),
    [("2019-07-01", "2019-05-01"), ("2021-02-28", "2019-05-01"), ("2021-03-01", "2021-01-01")],
)
def test_a_day_picks_the_edition_that_was_in_force(client: Client, day: str, edition: str) -> None:
    make_regulation()
    amended()
    text = page(client, f"{SLUG}?day={day}")
    assert f'rel="canonical" href="http://testserver{SLUG}{edition}/"' in text
    assert f"以下是 {day} 有效的版本" in text


def test_a_day_before_every_edition_says_so(client: Client) -> None:
    make_regulation()
    assert "没有查到 2001-01-01 有效的版本" in page(client, f"{SLUG}?day=2001-01-01")


@pytest.mark.parametrize("day", ["2021-02-30", "x", "0000-00-00", "2021-1-1%00"])
def test_a_day_that_is_none_is_an_error_with_a_link_to_the_field(client: Client, day: str) -> None:
    make_regulation()
    text = page(client, f"{SLUG}?day={day}")
    assert "请按年-月-日填写" in text
    assert 'href="#policy-day"' in text


def test_an_edition_that_ended_says_so_and_leads_to_the_one_in_force(client: Client) -> None:
    make_regulation()
    amended()
    text = page(client, f"{SLUG}2019-05-01/")
    assert "本版本已失效" in text
    assert f'href="{SLUG}2021-01-01/"' in text
    assert "https://schema.org/NotInForce" in text
    assert "本版本已失效" not in page(client, f"{SLUG}2021-01-01/")


def test_an_edition_of_unknown_date_is_never_called_in_force(client: Client) -> None:
    regulation = unknown()
    text = page(client, regulation.get_absolute_url())
    assert "本版本效力待核实" in text
    assert 'state--unknown">效力待核实' in text
    assert "legislationLegalForce" not in text
    assert "现行有效" not in text


def test_an_edition_of_unknown_date_is_marked_on_its_articles_and_in_the_comparison(
    client: Client,
) -> None:
    make_regulation()
    amended()
    Edition.objects.filter(slug="2021-01-01").update(in_force_from=None, basis="unknown")
    badge = 'state--unknown">效力待核实'
    article = page(client, f"{SLUG}2021-01-01/articles/3/")
    assert badge in article
    assert "本版本效力待核实" in article
    assert badge in page(client, f"{SLUG}compare/2019-05-01/2021-01-01/")


def article_tags(text: str) -> dict[str, str]:
    found = re.findall(r'<meta name="(ArticleTitle|PubDate|ContentSource)" content="(.*?)"', text)
    return dict(found)


def test_a_text_has_the_meta_tags_of_an_article(client: Client) -> None:
    make_regulation()
    issuer = "示例市人民代表大会常务委员会"
    expected = {"PubDate": "2019-05-01", "ContentSource": issuer}
    assert article_tags(page(client, SLUG)) == {"ArticleTitle": "示例市绿地管理条例", **expected}
    assert article_tags(page(client, f"{SLUG}2019-05-01/articles/3/")) == {
        "ArticleTitle": "示例市绿地管理条例 第三条",
        **expected,
    }


def test_a_text_of_unknown_date_is_an_article_of_the_day_it_came_here(client: Client) -> None:
    regulation = unknown()
    came = datetime.datetime(2026, 3, 1, 20, tzinfo=datetime.UTC)  # the next day in China
    Regulation.objects.filter(pk=regulation.pk).update(created_at=came)
    tags = article_tags(page(client, regulation.get_absolute_url()))
    assert (tags["ArticleTitle"], tags["PubDate"]) == ("无期条例", "2026-03-02")
    assert tags["ContentSource"]


def test_an_explanation_has_the_meta_tags_of_an_article(client: Client) -> None:
    _regulation, reading, question = explained()
    Interpretation.objects.update(published_on=datetime.date(2020, 1, 1), source="示例市规划局")
    assert article_tags(page(client, reading.get_absolute_url())) == {
        "ArticleTitle": "绿地条例解读",
        "PubDate": "2020-01-01",
        "ContentSource": "示例市规划局",
    }
    tags = article_tags(page(client, question.get_absolute_url()))
    assert (tags["ArticleTitle"], bool(tags["PubDate"])) == ("能占用绿地吗？", True)


def test_an_edition_to_come_says_since_when(client: Client) -> None:
    start = timezone.localdate() + datetime.timedelta(days=30)
    printed = f"{start.year}年{start.month}月{start.day}日"
    make_regulation(LAW.replace("2019年7月1日", printed))
    text = page(client, SLUG)
    assert "本版本尚未施行" in text
    assert start.isoformat() in text


def test_an_article_has_a_page_with_its_neighbours_and_its_place(client: Client) -> None:
    make_regulation()
    amended()
    text = page(client, f"{SLUG}2021-01-01/articles/3/")
    assert "任何单位和个人" in text
    assert "第二章 保护" in text
    assert f'href="{SLUG}2021-01-01/articles/2/"' in text
    assert f'href="{SLUG}2021-01-01/articles/4/"' in text
    assert f'href="{SLUG}2019-05-01/articles/3/"' in text
    assert '"PubDate" content="2021-01-01"' in text


@pytest.mark.parametrize(
    "path",
    [
        "/policies/nothing/",
        f"{SLUG}1999-01-01/",
        f"{SLUG}2019-05-01/articles/99/",
        f"{SLUG}2019-05-01/articles/%00/",
        f"{SLUG}compare/2019-05-01/2019-05-01/",
        f"{SLUG}compare/2019-05-01/x/",
        f"{SLUG}compare/?from=x&to=y",
        f"{SLUG}compare/",
        "/policies/interpretations/1/",
        "/policies/questions/1/",
        "/policies/topics/landuse/99/",
        "/policies/topics/notice/nothing/",
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, path: str) -> None:
    make_regulation()
    page(client, path, 404)


def test_the_text_keeps_its_query_budget(client: Client) -> None:
    short = make_regulation(law_text("短条例", ["依照《示例市绿地管理条例》第一条。"]))
    long = make_regulation(law_text("长条例", ["依照《示例市绿地管理条例》第一条。"] * 40))
    make_regulation()
    for warm in (False, True):
        if not warm:
            cache.clear()
        assert queries(client, short.get_absolute_url()) == queries(client, long.get_absolute_url())


def test_a_change_of_the_library_shows_at_once(client: Client) -> None:
    citing = make_regulation(law_text("引用条例", ["依照《示例市绿地管理条例》第一条。"]))
    url = citing.get_absolute_url()
    assert f'href="{SLUG}"' not in page(client, url)
    make_regulation()
    assert f'href="{SLUG}#art-1"' in page(client, url)


def test_a_table_is_a_table(client: Client) -> None:
    text = "# 示例标准\n\n前言。\n\n| 甲 | 乙 |\n|---|---|\n| <b> | 2 |\n"
    html = page(client, make_regulation(text).get_absolute_url())
    assert '<th scope="col">甲</th>' in html
    assert "<td>&lt;b&gt;</td>" in html
    assert "<td>---</td>" not in html


def test_structured_data_are_valid_and_cannot_end_their_element(client: Client) -> None:
    regulation = make_regulation(LAW.replace("示例市绿地管理条例", "</script><b>条例"))
    text = page(client, regulation.get_absolute_url())
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "Legislation"
    assert data["name"] == "</script><b>条例"
    assert data["legislationLegalForce"] == "https://schema.org/InForce"
    assert data["temporalCoverage"] == "2019-07-01/.."


# -- comparison


def test_the_form_leads_to_the_comparison_in_order_of_time(client: Client) -> None:
    make_regulation()
    amended()
    response = client.get(f"{SLUG}compare/?from=2021-01-01&to=2019-05-01")
    assert response.url == f"{SLUG}compare/2019-05-01/2021-01-01/"  # type: ignore[attr-defined]


def test_the_comparison_shows_what_changed(client: Client) -> None:
    make_regulation()
    amended()
    path = f"{SLUG}compare/2019-05-01/2021-01-01/"
    text = page(client, path)
    assert "<ins>和个人</ins>" in text or "<ins>和</ins>" in text
    assert "第二条" not in text.split('class="comparison"')[1]
    assert "第二条" in page(client, f"{path}?all=1").split('class="comparison"')[1]


# -- explanations and topics


def explained() -> tuple[Regulation, Interpretation, Question]:
    regulation = make_regulation()
    region = Region.objects.get(code="990000")
    reading = Interpretation.objects.create(
        region=region, title="绿地条例解读", body="第一段。\n\n第二段<b>。"
    )
    InterpretationCitation.objects.create(owner=reading, regulation=regulation, anchor="3")
    question = Question.objects.create(region=region, title="能占用绿地吗？", body="不能。")
    QuestionCitation.objects.create(owner=question, regulation=regulation, anchor="3")
    QuestionCitation.objects.create(owner=question, regulation=regulation, anchor="77")
    return regulation, reading, question


def test_explanations_and_articles_lead_to_each_other(client: Client) -> None:
    regulation, reading, question = explained()
    for path in (regulation.get_absolute_url(), f"{SLUG}2019-05-01/articles/3/"):
        text = page(client, path)
        assert reading.get_absolute_url() in text
        assert question.get_absolute_url() in text
    assert "本条有2篇解读或问答" in page(client, regulation.get_absolute_url())
    assert reading.get_absolute_url() not in page(client, f"{SLUG}2019-05-01/articles/2/")
    text = page(client, reading.get_absolute_url())
    assert f'href="{SLUG}2019-05-01/#art-3"' in text
    assert "任何单位不得占用绿地" in text
    assert "第二段&lt;b&gt;。" in text


def test_a_cited_article_that_is_gone_is_said_to_be_gone(client: Client) -> None:
    _regulation, _reading, question = explained()
    assert "在目前版本中已不存在" in page(client, question.get_absolute_url())


def test_a_citation_follows_the_edition_in_force(client: Client) -> None:
    _regulation, reading, _question = explained()
    Interpretation.objects.update(published_on=datetime.date(2020, 1, 1))
    assert "本文发布后法规有过修改" not in page(client, reading.get_absolute_url())
    amended()
    text = page(client, reading.get_absolute_url())
    assert "本文发布后法规有过修改" in text
    old, new = f"{SLUG}2019-05-01/", f"{SLUG}2021-01-01/"
    assert "本条有2篇解读或问答" in page(client, new)
    assert "本条有2篇解读或问答" not in page(client, old)
    assert reading.get_absolute_url() in page(client, f"{new}articles/3/")
    assert reading.get_absolute_url() not in page(client, f"{old}articles/3/")
    assert f'href="{SLUG}2021-01-01/#art-3"' in text
    assert "和个人" in text


def topic_links() -> None:
    regulation = make_regulation()
    region = Region.objects.get(code="990000")
    for topic, code, anchor in (
        ("landuse", "14", "3"),
        ("landuse", "1401", "2"),
        ("notice", "land_permit", ""),
    ):
        PolicyTopicLink.objects.create(
            topic=topic, code=code, regulation=regulation, anchor=anchor, region=region, note="说明"
        )


def test_a_land_use_class_shows_its_own_articles_and_those_of_the_class_above(
    client: Client,
) -> None:
    topic_links()
    text = page(client, "/policies/topics/landuse/1401/")
    assert "任何单位不得占用绿地" in text
    assert "绿地包括公园绿地" in text
    assert "绿地包括公园绿地" not in page(client, "/policies/topics/landuse/14/")
    assert "还没有为此登记的条文" in page(client, "/policies/topics/landuse/0701/")
    assert SLUG in page(client, "/policies/topics/notice/land_permit/")
    assert "/policies/topics/landuse/1401/" in page(client, "/policies/topics/")


def test_lists_of_explanations_and_topics_keep_their_query_budget(client: Client) -> None:
    explained()
    one = queries(client, "/policies/questions/")
    region = Region.objects.get(code="990000")
    for number in range(19):
        Question.objects.create(region=region, title=f"问{number}", body="答")
    assert queries(client, "/policies/questions/") == one
    regulation = Regulation.objects.get()
    PolicyTopicLink.objects.create(
        topic="landuse", code="14", regulation=regulation, anchor="1", region=region
    )
    one = queries(client, "/policies/topics/landuse/14/")
    for number in range(2, 6):
        PolicyTopicLink.objects.create(
            topic="landuse", code="14", regulation=regulation, anchor=str(number), region=region
        )
    assert queries(client, "/policies/topics/landuse/14/") == one


# -- feed, sitemap, English


def test_the_feed_lists_editions(client: Client) -> None:
    make_regulation()
    response = client.get("/policies/feed/")
    assert response["Content-Type"].startswith("application/atom+xml")
    assert SLUG in response.content.decode()


class _Here:
    domain = "example"


def test_the_sitemap_names_every_edition(client: Client) -> None:
    from portal.policies.sitemaps import SITEMAPS

    make_regulation()
    explained_page = Question.objects.create(
        region=Region.objects.get(code="990000"), title="问", body="答"
    )
    addresses = [
        entry["location"] for site in SITEMAPS.values() for entry in site().get_urls(site=_Here())
    ]
    assert f"https://example/{SLUG[1:]}2019-05-01/" in addresses
    assert f"https://example/en{SLUG}2019-05-01/" in addresses
    assert f"https://example{explained_page.get_absolute_url()}" in addresses


def test_the_english_pages_keep_the_law_chinese(client: Client) -> None:
    regulation = make_regulation()
    Regulation.objects.filter(pk=regulation.pk).update(title_en="Green Space Regulations")
    text = page(client, f"/en{SLUG}")
    assert '<h1 lang="en">Green Space Regulations</h1>' in text
    assert '<p class="lead" lang="zh-Hans">示例市绿地管理条例</p>' in text
    assert f'href="/en{SLUG}2019-05-01/articles/3/"' in text
