"""Gists of articles: which text they stand at, what an import does to them, where they are shown."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from portal.policies import gists
from portal.policies.gists import Gist, gist_of, supplied, wording
from portal.policies.models import Article
from portal.policies.search_source import ARTICLE
from portal.search.source import source_of
from tests.factories.policies import LAW, import_text, make_regulation
from tests.portal.policies.library_pages import SLUG, page

THIRD = "任何单位不得占用绿地。"
GIVEN = Gist("不得占用绿地", "能不能在草地上搭棚")


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of gists that knows one article of the invented law."""
    monkeypatch.setattr(gists, "supplied", lambda: {wording(THIRD): GIVEN})


# -- the file that comes with the software


def test_every_line_of_the_file_is_a_gist_that_fits() -> None:
    text = gists.FILE.read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(lines) == len(supplied()) > 10_000
    for digest, gist in supplied().items():
        assert re.fullmatch(r"[0-9a-f]{16}", digest)
        assert 0 < len(gist.text) <= gists.LONGEST_GIST
        assert len(gist.asked) <= gists.LONGEST_ASKED
        assert gist.text == gist.text.strip()
        assert not re.search(r"[<>\\]|\s、|、、", gist.text + gist.asked)


def test_layout_does_not_count_but_every_word_does() -> None:
    assert wording("任何单位，不得\n占用　绿地。") == wording(THIRD)
    assert wording("任何单位不得占用林地。") != wording(THIRD)
    assert wording("应当在30日内") != wording("应当在20日内")


def test_a_text_that_nobody_wrote_a_gist_for_has_none() -> None:
    assert gist_of("从来没有人写过这样的条文。") == Gist()


# -- import


@pytest.mark.django_db
def test_an_import_gives_articles_their_gists(given: None) -> None:
    import_text()
    assert list(Article.objects.exclude(gist="").values_list("anchor", "gist", "asked")) == [
        ("3", GIVEN.text, GIVEN.asked)
    ]


@pytest.mark.django_db
def test_an_amended_article_has_no_gist_until_somebody_writes_one(given: None) -> None:
    import_text(LAW.replace(THIRD, "任何单位不得占用绿地和广场。"))
    assert not Article.objects.exclude(gist="").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("kept", ["绿地不可占", ""])
def test_what_an_official_wrote_or_took_away_outlives_a_corrected_import(
    given: None, kept: str
) -> None:
    import_text()
    Article.objects.filter(anchor="3").update(gist=kept, asked="")
    import_text(LAW.replace("防护绿地", "防护绿地、广场绿地"))
    assert "广场绿地" in Article.objects.get(anchor="2").text
    third = Article.objects.get(anchor="3")
    assert (third.gist, third.asked) == (kept, "")


@pytest.mark.django_db
def test_articles_that_were_here_before_get_theirs_when_the_database_moves_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import_text()
    migration = import_module("portal.policies.migrations.0004_gists")
    monkeypatch.setattr(migration, "gist_of", lambda text: GIVEN if text == THIRD else Gist())
    migration.fill(apps, None)
    assert Article.objects.get(gist=GIVEN.text).anchor == "3"
    assert Article.objects.exclude(gist="").count() == 1


# -- shown apart from the text


@pytest.mark.django_db
@pytest.mark.usefixtures("library_site", "given")
def test_the_pages_show_the_gist_as_the_editors(client: Client) -> None:
    make_regulation()
    whole = page(client, SLUG)
    assert '<p class="statute__gist">不得占用绿地</p>' in whole
    assert "各条上方的灰色条旨由本站编者所加，不是法规原文。" in whole
    single = page(client, f"{SLUG}2019-05-01/articles/3/")
    assert "不得占用绿地</span>" in single
    assert "（本站编者所加，不是法规原文）" in single
    assert "（本站编者所加，不是法规原文）" not in page(client, f"{SLUG}2019-05-01/articles/2/")


@pytest.mark.django_db
@pytest.mark.usefixtures("library_site")
def test_a_text_without_gists_says_nothing_of_them(client: Client) -> None:
    make_regulation()
    assert "条旨" not in page(client, SLUG)


@pytest.mark.django_db
def test_search_gets_the_gist_beside_the_text(given: None) -> None:
    import_text()
    (third,) = [each for each in source_of(ARTICLE).documents() if each.gist]
    assert (third.gist, third.asked, third.text) == (GIVEN.text, GIVEN.asked, THIRD)
