"""A site that publishes for one division shows what holds there, in every list of the library."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from wagtail.models import Site

from portal.core.regions.enums import RegionLevel
from portal.core.regions.models import Node, Region
from portal.policies.models import (
    Interpretation,
    InterpretationCitation,
    PolicyTopicLink,
    Question,
    QuestionCitation,
    Regulation,
)
from tests.factories.policies import LAW, import_text, make_regions
from tests.portal.policies.library_pages import page, queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library_site")]
CLASSES = {"全国": "07", "示例市": "1401", "江湾市": "0701", "邻省": "05"}


@pytest.fixture
def everywhere() -> None:
    """A text and what explains it in the nation, a province, a city of it and another province."""
    nation, province = make_regions()
    city = Region.objects.create(
        code="990100", name="江湾市", level=RegionLevel.CITY, parent=province
    )
    other = Region.objects.create(
        code="980000", name="邻省", level=RegionLevel.PROVINCE, parent=nation
    )
    for region in (nation, province, city, other):
        import_text(LAW.replace("示例市", region.name), region=region)
    national = Regulation.objects.get(region=nation)
    for region in (nation, province, city, other):
        reading = Interpretation.objects.create(
            region=region, title=f"{region.name}解读", body="甲"
        )
        InterpretationCitation.objects.create(owner=reading, regulation=national, anchor="3")
        question = Question.objects.create(region=region, title=f"{region.name}问答", body="乙")
        QuestionCitation.objects.create(owner=question, regulation=national, anchor="3")
        PolicyTopicLink.objects.create(
            region=region,
            topic="landuse",
            code=CLASSES[region.name],
            regulation=national,
            anchor="3",
        )


def publish_for(code: str) -> None:
    site = Site.objects.get(is_default_site=True)
    Node.objects.update_or_create(site=site, defaults={"region": Region.objects.get(code=code)})


def named(text: str, ending: str) -> set[str]:
    return {name for name in CLASSES if f"{name}{ending}" in text}


ARTICLE = "/policies/quanguolvdiguanlitiaoli/2019-05-01/articles/3/"
LISTS = [
    ("/policies/feed/", "绿地管理条例"),
    ("/policies/interpretations/", "解读"),
    ("/policies/questions/", "问答"),
    ("/policies/quanguolvdiguanlitiaoli/", "解读"),
    ("/policies/quanguolvdiguanlitiaoli/", "问答"),
    (ARTICLE, "解读"),
    (ARTICLE, "问答"),
]
SEEN = [
    ("100000", {"全国", "示例市", "江湾市", "邻省"}),
    ("990000", {"全国", "示例市", "江湾市"}),
    ("990100", {"全国", "示例市", "江湾市"}),
    ("980000", {"全国", "邻省"}),
]


@pytest.mark.parametrize(("path", "ending"), LISTS)
@pytest.mark.usefixtures("everywhere")
def test_lists_show_what_holds_where_the_site_publishes(
    client: Client, path: str, ending: str
) -> None:
    assert named(page(client, path), ending) == set(CLASSES)
    for code, names in SEEN:
        publish_for(code)
        assert named(page(client, path), ending) == names


@pytest.mark.usefixtures("everywhere")
def test_articles_count_the_explanations_that_the_site_shows(client: Client) -> None:
    path = "/policies/quanguolvdiguanlitiaoli/"
    assert "本条有8篇解读或问答" in page(client, path)
    publish_for("980000")
    assert "本条有4篇解读或问答" in page(client, path)


def topic_url(tag: str) -> str:
    request = RequestFactory().get("/", headers={"host": "localhost"})
    template = Template("{% load policies %}{% " + tag + " as url %}{{ url }}")
    return template.render(Context({"request": request}))


@pytest.mark.parametrize(("code", "names"), SEEN)
@pytest.mark.usefixtures("everywhere")
def test_topics_are_those_that_have_an_answer_here(
    client: Client, code: str, names: set[str]
) -> None:
    publish_for(code)
    text = page(client, "/policies/topics/")
    for name, landuse in CLASSES.items():
        own = f"/policies/topics/landuse/{landuse}/"
        assert (own in text) == (name in names)
        answered = name in names or landuse.startswith("07")  # the nation answers for 07
        assert topic_url(f"landuse_topic_url '{landuse}'") == (own if answered else "")


@pytest.mark.usefixtures("everywhere")
def test_a_kind_of_notice_leads_to_an_answer_that_holds_here() -> None:
    link = PolicyTopicLink.objects.get(region="980000")
    PolicyTopicLink.objects.create(
        region=link.region, topic="notice", code="land_permit", regulation=link.regulation
    )
    for code, url in (("980000", "/policies/topics/notice/land_permit/"), ("990000", "")):
        publish_for(code)
        assert topic_url("notice_topic_url 'land_permit'") == url


@pytest.mark.usefixtures("everywhere")
def test_a_node_keeps_the_query_budget_of_lists(client: Client) -> None:
    publish_for("990000")
    for path in ("/policies/questions/", "/policies/topics/", "/policies/feed/"):
        before = queries(client, path)
        region = Region.objects.get(code="990100")
        for number in range(3):
            Question.objects.create(region=region, title=f"{path}{number}", body="答")
        assert queries(client, path) == before
