"""The library's lists, feed and sitemap, without script."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import Settings
from wagtail.models import Site

from portal.core.regions.models import Node, Region
from portal.policies.models import (
    Edition,
    Question,
    Regulation,
)
from tests.factories.policies import LAW, import_text, make_regions, make_regulation
from tests.portal.policies.library_pages import SLUG, page, queries, unknown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library_site")]


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
        ("year=0001", set()),
        ("year=9999", set()),
        ("year=0000", {"示例市绿地管理条例", "旧条例", "无期条例"}),
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


def test_the_feed_lists_editions(client: Client) -> None:
    make_regulation()
    response = client.get("/policies/feed/")
    assert response["Content-Type"].startswith("application/atom+xml")
    assert SLUG in response.content.decode()


def test_a_title_with_a_control_character_does_not_take_the_feed_away(client: Client) -> None:
    regulation = make_regulation()
    Regulation.objects.filter(pk=regulation.pk).update(title="绿地\x01管理\u3000条例")
    assert "<title>绿地管理\u3000条例</title>" in page(client, "/policies/feed/")


def test_too_many_readings_of_the_feed_are_refused_for_a_while(
    client: Client, settings: Settings
) -> None:
    settings.RATE_LIMIT_FEED = "2/m"
    assert [client.get("/policies/feed/").status_code for _ in range(3)] == [200, 200, 429]


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
