"""The policy library of the sample city."""

from __future__ import annotations

import pytest

from portal.core.regions.enums import RegionLevel
from portal.core.regions.models import Region
from portal.policies.compare import Change, compare
from portal.policies.explained import cited_articles
from portal.policies.models import (
    Article,
    Edition,
    Interpretation,
    PolicyTopicLink,
    Question,
    Regulation,
)
from portal.samplecity.districts import CITY_CODE, CITY_NAME
from portal.samplecity.policies import make_policies

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    Region.objects.create(code=CITY_CODE, name=CITY_NAME, level=RegionLevel.CITY)
    make_policies()


def test_a_second_time_changes_nothing() -> None:
    tables = (Regulation, Edition, Article, Interpretation, Question, PolicyTopicLink)
    before = [table.objects.count() for table in tables]
    make_policies()
    assert [table.objects.count() for table in tables] == before
    assert before[0] == 2
    assert before[1] == 3


def test_every_citation_leads_to_an_article_in_force() -> None:
    citations = [
        *PolicyTopicLink.objects.all(),
        *(each for row in Interpretation.objects.all() for each in row.citations.all()),
        *(each for row in Question.objects.all() for each in row.citations.all()),
    ]
    for each in cited_articles(citations):
        assert each.article is not None
        assert each.validity == "in_force"
    for link in PolicyTopicLink.objects.all():
        link.full_clean()


def test_the_two_editions_show_every_kind_of_change() -> None:
    old, new = Edition.objects.filter(regulation__title="示例市详细规划管理条例").order_by(
        "position"
    )
    found = {pair.change for pair in compare(list(old.articles.all()), list(new.articles.all()))}
    assert found == {Change.SAME, Change.RENUMBERED, Change.CHANGED, Change.ADDED}
