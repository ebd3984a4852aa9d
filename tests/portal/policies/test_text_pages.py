"""The pages of a regulation, its editions, articles and their comparison, without script."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.policies.models import (
    Edition,
    Regulation,
)
from tests.factories.policies import LAW, law_text, make_regulation
from tests.portal.policies.library_pages import SLUG, amended, article_tags, page, queries, unknown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library_site")]


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


def test_the_english_pages_keep_the_law_chinese(client: Client) -> None:
    regulation = make_regulation()
    Regulation.objects.filter(pk=regulation.pk).update(title_en="Green Space Regulations")
    text = page(client, f"/en{SLUG}")
    assert '<h1 lang="en">Green Space Regulations</h1>' in text
    assert '<p class="lead" lang="zh-Hans">示例市绿地管理条例</p>' in text
    assert f'href="/en{SLUG}2019-05-01/articles/3/"' in text


def test_too_many_comparisons_are_refused_for_a_while(client: Client, settings: Settings) -> None:
    settings.RATE_LIMIT_COMPARISON = "2/m"
    make_regulation()
    amended()
    path = f"{SLUG}compare/2019-05-01/2021-01-01/"
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]
