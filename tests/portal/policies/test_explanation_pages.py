"""The pages of explanations, questions and topics, without script."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from portal.core.regions.models import Region
from portal.policies.models import (
    Interpretation,
    InterpretationCitation,
    PolicyTopicLink,
    Question,
    QuestionCitation,
    Regulation,
)
from tests.factories.policies import make_regulation
from tests.portal.policies.library_pages import SLUG, amended, article_tags, page, queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library_site")]


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
