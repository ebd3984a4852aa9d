"""What officials write wrong is refused in the form; what they put right is saved."""

from __future__ import annotations

import datetime
import gzip
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from portal.policies.catalogue import Catalogue
from portal.policies.enums import DateBasis, Validity
from portal.policies.facts import Setting
from portal.policies.import_texts import import_texts
from portal.policies.models import Edition, Interpretation, Regulation
from portal.policies.report import RowState
from portal.staff.enums import Column
from portal.staff.models import Posting
from tests.factories.policies import LAW, import_text, make_regions, make_regulation, source

pytestmark = pytest.mark.django_db
NEWER = LAW.replace("2019年5月1日", "2021年1月1日").replace("2019年7月1日", "2021年3月1日")


@pytest.fixture
def staff(client: Client) -> Client:
    """An official who keeps the policies of the invented province."""
    _nation, province = make_regions()
    user = User.objects.create_user("own", password="x")
    names = ("edit_policy", "access_admin")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    Posting.objects.create(user=user, region=province, column=Column.POLICIES)
    client.force_login(user)
    return client


def two_editions() -> tuple[Edition, Edition]:
    make_regulation()
    import_text(NEWER)
    old, new = Edition.objects.order_by("position")
    return old, new


def save(staff: Client, edition: Edition, **days: str) -> Any:
    return staff.post(reverse("policy_edition:edit", args=(edition.pk,)), days)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_two_editions_of_one_day_are_refused(staff: Client) -> None:
    _old, new = two_editions()
    response = save(staff, new, promulgated_on="2019-05-01", in_force_from="2021-03-01")
    assert response.status_code == 200
    assert "这部法规已有当日公布的版本。" in response.content.decode()
    assert (
        save(staff, new, promulgated_on="2021-01-01", in_force_from="2021-04-01").status_code == 302
    )


def test_a_wrong_repeal_can_be_corrected(staff: Client) -> None:
    edition = make_regulation().editions.get()
    days = {"promulgated_on": "2019-05-01", "in_force_from": "2019-07-01"}
    assert save(staff, edition, **days, repealed_on="2020-01-01").status_code == 302
    assert (
        save(staff, edition, promulgated_on="2019-05-01", in_force_from="2022-07-01").status_code
        == 302
    )
    edition.refresh_from_db()
    assert (edition.in_force_from, edition.in_force_to) == (day("2022-07-01"), None)
    assert edition.validity_on(day("2023-01-01")) == Validity.IN_FORCE


def test_a_first_day_after_that_of_the_next_edition_means_never_in_force(staff: Client) -> None:
    old, new = two_editions()
    assert (
        save(staff, old, promulgated_on="2019-05-01", in_force_from="2021-06-01").status_code == 302
    )
    old.refresh_from_db()
    assert old.in_force_to == old.in_force_from
    assert old.validity_on(day("2021-07-01")) == Validity.ENDED
    assert new.validity_on(day("2021-07-01")) == Validity.IN_FORCE


def test_a_regulation_cannot_take_the_name_of_another_of_its_region(staff: Client) -> None:
    first, second = make_regulation(), make_regulation(LAW.replace("绿地管理", "公园管理"))
    url = reverse("policy_regulation:edit", args=(second.pk,))
    form = {"title": f"《{first.title}》", "kind": "local", "region": second.region_id}
    response = staff.post(url, form)
    assert response.status_code == 200
    assert "该区域已有同名的法规。" in response.content.decode()
    assert staff.post(url, form | {"title": "公园条例"}).status_code == 302
    assert Regulation.objects.filter(title="公园条例").exists()


@pytest.mark.parametrize(
    ("second", "status"), [("1", 200), (" 第 1 条", 200), ("一", 200), ("第二条", 302)]
)
def test_an_article_is_cited_once(staff: Client, second: str, status: int) -> None:
    regulation = make_regulation()
    form = {
        "title": "新解读",
        "body": "内容",
        "published_on": "2026-01-01",
        "region": regulation.region_id,
        "citations-TOTAL_FORMS": 2,
        "citations-INITIAL_FORMS": 0,
    }
    for number, anchor in enumerate(("第一条", second)):
        form |= {
            f"citations-{number}-regulation": regulation.pk,
            f"citations-{number}-anchor": anchor,
            f"citations-{number}-ORDER": number + 1,
        }
    assert staff.post(reverse("policy_interpretation:add"), form).status_code == status
    assert Interpretation.objects.count() == (status == 302)


def test_a_topic_link_stands_once(staff: Client) -> None:
    regulation = make_regulation()
    form = {"topic": "landuse", "code": "14", "regulation": regulation.pk, "order": 0}
    form |= {"region": regulation.region_id, "anchor": "第三条"}
    url = reverse("policy_topic_link:add")
    assert [staff.post(url, form | {"anchor": each}).status_code for each in ("第三条", "3")] == [
        302,
        200,
    ]


# -- the next import


def test_a_day_that_staff_corrected_does_not_make_the_same_file_a_second_edition(
    staff: Client,
) -> None:
    edition = make_regulation().editions.get()
    assert (
        save(staff, edition, promulgated_on="2019-05-02", in_force_from="2019-07-01").status_code
        == 302
    )
    report = import_text()
    assert [row.state for row in report.rows] == [RowState.UNCHANGED]
    edition = Edition.objects.get()
    assert (edition.promulgated_on, edition.basis) == (day("2019-05-02"), DateBasis.STAFF)


def test_a_text_of_the_day_that_staff_corrected_is_an_edition_of_its_own(staff: Client) -> None:
    edition = make_regulation().editions.get()
    save(staff, edition, promulgated_on="2018-05-01", in_force_from="2018-07-01")
    import_text(LAW.replace("由主管部门", "由绿化部门"))
    import_text()
    old, new = Edition.objects.order_by("position")
    assert (old.promulgated_on, new.promulgated_on) == (day("2018-05-01"), day("2019-05-01"))
    assert "由主管部门" in old.articles.get(anchor="4").text
    assert "由绿化部门" in new.articles.get(anchor="4").text


def test_a_first_day_that_the_metadata_move_behind_the_next_edition_is_imported(
    tmp_path: Path,
) -> None:
    old, _new = two_editions()
    path = tmp_path / "meta.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE category (id, folder); INSERT INTO category VALUES (1, '地方性法规/示例');"
            "CREATE TABLE law (name, level, publish, valid_from, expired, subtitle, filename, category_id);"
            "INSERT INTO law VALUES ('条例', '地方性法规', '2019-05-01', '2022-01-01', 0, '', '', 1);"
        )
    (tmp_path / "meta.gz").write_bytes(gzip.compress(path.read_bytes()))
    catalogue = Catalogue()
    catalogue.read(tmp_path / "meta.gz")
    setting = Setting(region=old.regulation.region)
    report = import_texts(
        [source(LAW, "条例(2019-05-01).md")], catalogue=catalogue, setting=setting
    )
    assert [row.state for row in report.rows] == [RowState.CHANGED]
    old.refresh_from_db()
    assert old.in_force_from == old.in_force_to == day("2022-01-01")
