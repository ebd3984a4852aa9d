"""What officials may do in the policy library, and only in their regions."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.core.audit.models import AuditEvent
from portal.core.regions.enums import RegionLevel
from portal.core.regions.models import Region
from portal.policies.enums import DateBasis, Validity
from portal.policies.models import (
    Article,
    Edition,
    ImportRun,
    Interpretation,
    PolicyTopicLink,
    Question,
    Regulation,
)
from portal.search.models import IndexedDocument
from portal.staff.enums import Column
from portal.staff.models import Posting
from tests.factories.policies import LAW, import_text, make_regions

pytestmark = pytest.mark.django_db


@pytest.fixture
def regions() -> tuple[Region, Region]:
    """The invented province, and another."""
    nation, province = make_regions()
    other = Region.objects.create(
        code="980000", name="邻省", level=RegionLevel.PROVINCE, parent=nation
    )
    return province, other


def official(name: str, region: Region | None, *, column: str = Column.POLICIES) -> User:
    """An official with the permission of the column, posted to a region or nowhere."""
    user = User.objects.create_user(name, password="x")
    names = ("edit_policy", "access_admin")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    if region is not None:
        Posting.objects.create(user=user, region=region, column=column)
    return user


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def content(regions: tuple[Region, Region]) -> dict[str, Any]:
    """One object of each kind in the province."""
    province, _other = regions
    import_text(region=province, kind="local")
    regulation = Regulation.objects.get()
    return {
        "policy_regulation": regulation,
        "policy_edition": regulation.editions.get(),
        "policy_article": regulation.editions.get().articles.get(anchor="3"),
        "policy_interpretation": Interpretation.objects.create(
            region=province, title="解读", body="甲"
        ),
        "policy_question": Question.objects.create(region=province, title="问", body="答"),
        "policy_topic_link": PolicyTopicLink.objects.create(
            region=province, topic="landuse", code="14", regulation=regulation, anchor="3"
        ),
    }


VIEWSETS = [
    "policy_regulation",
    "policy_edition",
    "policy_interpretation",
    "policy_question",
    "policy_topic_link",
    "policy_article",
]
VIEWS = ["edit", "delete", "history", "usage"]
UNDELETED = "policy_article"
"""Its page of deletion is no page at all."""


def who(name: str, regions: tuple[Region, Region]) -> User | None:
    province, other = regions
    plain = {"citizen": None}
    if name in plain:
        return None
    return {
        "own": lambda: official("own", province),
        "above": lambda: official("above", Region.objects.get(code="100000")),
        "foreign": lambda: official("foreign", other),
        "unposted": lambda: official("unposted", None),
        "other column": lambda: official("column", province, column=Column.NOTICES),
        "superuser": lambda: User.objects.create_superuser("root", password="x"),
    }[name]()


@pytest.mark.parametrize(
    ("viewset", "view"),
    [(each, view) for each in VIEWSETS for view in VIEWS if (each, view) != (UNDELETED, "delete")],
)
@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        ("own", True),
        ("above", True),
        ("foreign", False),
        ("unposted", False),
        ("other column", False),
        ("superuser", False),
        ("citizen", False),
    ],
)
def test_every_staff_page_asks_for_permission_and_posting(
    client: Client,
    content: dict[str, Any],
    regions: tuple[Region, Region],
    viewset: str,
    view: str,
    person: str,
    allowed: bool,
) -> None:
    user = who(person, regions)
    if user is not None:
        client.force_login(user)
    response = client.get(reverse(f"{viewset}:{view}", args=(content[viewset].pk,)))
    assert (response.status_code == 200) == allowed
    if not allowed:
        assert response.status_code in {302, 403}


@pytest.mark.parametrize("viewset", VIEWSETS)
def test_lists_show_the_own_region_only(
    client: Client, content: dict[str, Any], regions: tuple[Region, Region], viewset: str
) -> None:
    edit = reverse(f"{viewset}:edit", args=(content[viewset].pk,))
    url = reverse(f"{viewset}:index")
    assert edit in signed_in(client, official("own", regions[0])).get(url).content.decode()
    assert edit not in signed_in(client, official("far", regions[1])).get(url).content.decode()


@pytest.mark.parametrize("viewset", ["policy_regulation", "policy_edition", "policy_article"])
def test_regulations_and_editions_only_come_in_by_import(
    client: Client, regions: tuple[Region, Region], viewset: str
) -> None:
    signed_in(client, official("own", regions[0]))
    url = reverse(f"{viewset}:index")
    assert client.get(f"{url}new/").status_code == 404


def test_an_official_cannot_write_into_a_foreign_region(
    client: Client, content: dict[str, Any], regions: tuple[Region, Region]
) -> None:
    signed_in(client, official("own", regions[0]))
    form = {
        "title": "新解读",
        "body": "内容",
        "published_on": "2026-01-01",
        "region": regions[1].pk,
        "citations-TOTAL_FORMS": 0,
        "citations-INITIAL_FORMS": 0,
    }
    response = client.post(reverse("policy_interpretation:add"), form)
    assert response.status_code == 200
    assert not Interpretation.objects.filter(title="新解读").exists()
    response = client.post(reverse("policy_interpretation:add"), form | {"region": regions[0].pk})
    assert response.status_code == 302
    assert Interpretation.objects.filter(title="新解读", region=regions[0]).exists()
    assert AuditEvent.objects.filter(action="policy.interpretation.added").count() == 1


def test_an_article_cannot_be_deleted_alone(client: Client, content: dict[str, Any]) -> None:
    article = content["policy_article"]
    signed_in(client, official("own", article.edition.regulation.region))
    assert client.post(f"{reverse('policy_article:index')}delete/{article.pk}/").status_code == 404
    article.refresh_from_db()


def test_an_official_writes_the_gist_of_an_article_and_never_its_text(
    client: Client, content: dict[str, Any], regions: tuple[Region, Region]
) -> None:
    article = content["policy_article"]
    import_text(LAW.replace("2019", "2021").replace("由主管部门", "由绿化部门"), region=regions[0])
    signed_in(client, official("own", regions[0]))
    form = {"gist": "不得占用绿地", "asked": "能不能在草地上搭棚", "text": "改了"}
    url = reverse("policy_article:edit", args=(article.pk,))
    assert client.post(url, form).status_code == 302
    for each in Article.objects.filter(anchor="3"):
        assert (each.gist, each.asked) == ("不得占用绿地", "能不能在草地上搭棚")
        assert each.text == "任何单位不得占用绿地。"
    assert Article.objects.filter(gist="不得占用绿地").count() == 2
    event = AuditEvent.objects.latest("sequence")
    assert event.action == "policy.article.changed"
    found = IndexedDocument.objects.filter(live=True, gist="不得占用绿地")
    assert found.count() == 2


def test_an_interpretation_cites_articles_that_exist(
    client: Client, content: dict[str, Any], regions: tuple[Region, Region]
) -> None:
    signed_in(client, official("own", regions[0]))
    form = {
        "title": "新解读",
        "body": "内容",
        "published_on": "2026-01-01",
        "region": regions[0].pk,
        "citations-TOTAL_FORMS": 1,
        "citations-INITIAL_FORMS": 0,
        "citations-0-regulation": content["policy_regulation"].pk,
        "citations-0-anchor": "第九十九条",
        "citations-0-ORDER": 1,
    }
    url = reverse("policy_interpretation:add")
    assert "没有这一条" in client.post(url, form).content.decode()
    assert client.post(url, form | {"citations-0-anchor": "第三条"}).status_code == 302
    assert Interpretation.objects.get(title="新解读").citations.get().anchor == "3"


def test_dates_settled_by_an_official_count_and_are_recorded(
    client: Client, content: dict[str, Any], regions: tuple[Region, Region]
) -> None:
    edition: Edition = content["policy_edition"]
    user = official("own", regions[0])
    form = {
        "promulgated_on": "2019-05-01",
        "in_force_from": "2019-07-01",
        "repealed_on": "2020-01-01",
    }
    response = signed_in(client, user).post(
        reverse("policy_edition:edit", args=(edition.pk,)), form
    )
    assert response.status_code == 302
    edition.refresh_from_db()
    assert edition.basis == DateBasis.STAFF
    assert edition.repealed
    assert edition.validity_on(datetime.date(2020, 1, 1)) == Validity.ENDED
    assert edition.validity_on(datetime.date(2019, 12, 31)) == Validity.IN_FORCE
    event = AuditEvent.objects.get(action="policy.edition.changed")
    assert event.actor_id == user.pk
    assert event.region_code == "990000"


def test_a_repeal_before_the_first_day_is_refused(
    client: Client, content: dict[str, Any], regions: tuple[Region, Region]
) -> None:
    form = {"in_force_from": "2019-07-01", "repealed_on": "2019-01-01"}
    response = signed_in(client, official("own", regions[0])).post(
        reverse("policy_edition:edit", args=(content["policy_edition"].pk,)), form
    )
    assert "废止日期不能早于施行日期" in response.content.decode()


def test_deleting_is_recorded(
    client: Client, content: dict[str, Any], regions: tuple[Region, Region]
) -> None:
    signed_in(client, official("own", regions[0]))
    pk = content["policy_regulation"].pk
    assert client.post(reverse("policy_regulation:delete", args=(pk,))).status_code == 302
    assert not Regulation.objects.exists()
    assert AuditEvent.objects.filter(action="policy.regulation.deleted", target_id=str(pk)).exists()


@pytest.mark.parametrize(
    ("topic", "code", "good"),
    [
        ("landuse", "1401", True),
        ("landuse", "9999", False),
        ("notice", "draft_plan", True),
        ("notice", "x", False),
    ],
)
def test_a_topic_link_needs_a_code_that_exists(
    client: Client,
    content: dict[str, Any],
    regions: tuple[Region, Region],
    topic: str,
    code: str,
    good: bool,
) -> None:
    signed_in(client, official("own", regions[0]))
    form = {
        "topic": topic,
        "code": code,
        "regulation": content["policy_regulation"].pk,
        "anchor": "2",
        "region": regions[0].pk,
        "order": 0,
    }
    response = client.post(reverse("policy_topic_link:add"), form)
    assert (response.status_code == 302) == good
    assert ("没有这个代码" in response.content.decode()) == (not good)


# -- import


def upload(client: Client, region: Region, *files: tuple[str, bytes], **fields: Any) -> Any:
    texts = [SimpleUploadedFile(name, content) for name, content in files]
    form = {"texts": texts, "region": region.pk, "kind": "local", **fields}
    return client.post(reverse("policy_import:upload"), form)


@pytest.mark.parametrize("person", ["foreign", "unposted", "other column", "superuser", "citizen"])
def test_nobody_imports_outside_their_region(
    client: Client, regions: tuple[Region, Region], person: str
) -> None:
    user = who(person, regions)
    if user is not None:
        client.force_login(user)
    response = upload(client, regions[0], ("a.md", LAW.encode()))
    assert response.status_code in {302, 400, 403}
    assert not Regulation.objects.exists()


def test_without_the_permission_a_posting_is_not_enough(
    client: Client, regions: tuple[Region, Region]
) -> None:
    user = official("own", regions[0])
    user.user_permissions.remove(Permission.objects.get(codename="edit_policy"))
    response = signed_in(client, user).get(reverse("policy_import:upload"))
    assert response.status_code == 302
    assert response["Location"] == reverse("wagtailadmin_home")


def test_an_official_imports_and_sees_the_report(
    client: Client, regions: tuple[Region, Region]
) -> None:
    user = official("own", regions[0])
    signed_in(client, user)
    response = upload(client, regions[0], ("好.md", LAW.encode()), ("坏.pdf", b"%PDF-1.7 no"))
    run = ImportRun.objects.get()
    assert response.url == reverse("policy_import:run", args=(run.pk,))
    text = client.get(response.url).content.decode()
    assert "PDF已损坏" in text
    assert "示例市绿地管理条例" in text
    assert (run.by_id, run.added, run.failed) == (user.pk, 1, 1)
    assert (
        reverse("policy_import:run", args=(run.pk,))
        in client.get(reverse("policy_import:runs")).content.decode()
    )
    event = AuditEvent.objects.get(action="policy.imported")
    assert (event.actor_id, event.region_code) == (user.pk, "990000")


def test_the_report_is_not_for_other_regions(
    client: Client, regions: tuple[Region, Region]
) -> None:
    import_text(region=regions[0])
    run = ImportRun.objects.get()
    signed_in(client, official("far", regions[1]))
    response = client.get(reverse("policy_import:run", args=(run.pk,)))
    assert response["Location"] == reverse("wagtailadmin_home")
    assert (
        str(run.pk) + "/"
        not in client.get(reverse("policy_import:runs")).content.decode().split("<table")[1]
    )


def test_a_check_imports_nothing(client: Client, regions: tuple[Region, Region]) -> None:
    signed_in(client, official("own", regions[0]))
    response = upload(client, regions[0], ("好.md", LAW.encode()), dry_run="on")
    assert "尚未导入任何内容" in response.content.decode()
    assert not Regulation.objects.exists()


def test_too_many_files_are_refused(client: Client, regions: tuple[Region, Region]) -> None:
    signed_in(client, official("own", regions[0]))
    response = upload(client, regions[0], *[(f"{n}.md", LAW.encode()) for n in range(21)])
    assert response.status_code == 400
    assert "一次最多上传20个文件" in response.content.decode()
