"""Administrative divisions: loading, order, search by name, code and pinyin; scope of officials."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.management import CommandError, call_command
from django.urls import reverse

from portal.core.regions.load import read_divisions
from portal.core.regions.models import Region
from portal.staff.enums import Column
from portal.staff.models import Posting
from portal.staff.scope import may_act, within_scope
from tests.factories.officials import official, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(tmp_path):
    rows = [
        {
            "c": "990000",
            "n": "示例省",
            "d": [
                {
                    "c": "990100",
                    "n": "示例市",
                    "d": [
                        {"c": "990101", "n": "市辖区"},
                        {"c": "990102", "n": "江湾区"},
                        {"c": "990171", "n": "示例开发区"},
                    ],
                },
                {"c": "990200", "n": "范例市", "d": [{"c": "990202", "n": "河西区"}]},
            ],
        }
    ]
    path = tmp_path / "table.json"
    path.write_text(json.dumps(rows), "utf-8")
    call_command("load_regions", str(path))
    return path


def test_loading_twice_changes_nothing(table, capsys):
    before = list(Region.objects.values())
    call_command("load_regions", str(table))
    assert "0 added, 0 changed, 6 unchanged" in capsys.readouterr().out
    assert list(Region.objects.values()) == before


def test_statistical_rows_are_no_divisions(table):
    assert not Region.objects.filter(code__in=["990101", "990171"]).exists()


@pytest.mark.parametrize("text", ["示例", "9901", "shilishi", "sls", "SLS", "示 例 市"])
def test_a_division_is_found_by_name_code_and_pinyin(table, text):
    assert "990100" in {region.code for region in Region.objects.named_like(text)}


def test_a_broken_table_is_refused_whole(table):
    table.write_text('[{"c": "99", "n": "短"}]', "utf-8")
    with pytest.raises(CommandError, match="六位数字"):
        call_command("load_regions", str(table))
    assert Region.objects.count() == 6


def test_a_division_that_moves_takes_those_below_along(table):
    moved = Region.objects.get(code="990200")
    moved.parent = Region.objects.get(code="100000")
    moved.save()
    assert Region.objects.get(code="990202").path == "100000/990200/990202/"


def test_the_packages_table_holds_every_level():
    levels = [division.level for division in read_divisions(settings.REGION_TABLE)]
    assert [levels.count(level) for level in range(3)] == [1, 34, pytest.approx(333, abs=20)]
    assert levels.count(3) > 2800


def test_a_permission_is_worth_nothing_outside_the_postings(table):
    person = User.objects.create_user("official")
    person.user_permissions.add(Permission.objects.get(codename="view_region"))
    city = Region.objects.get(code="990100")
    Posting.objects.create(user=person, region=city, column=Column.NOTICES)
    person = User.objects.get(pk=person.pk)

    def may(code: str, column: Column = Column.NOTICES) -> bool:
        region = Region.objects.get(code=code)
        return may_act(person, "regions.view_region", column, region)

    assert may("990100")
    assert may("990102")
    assert not may("990200")
    assert not may("990000")
    assert not may("990102", Column.POLICIES)
    assert not may_act(person, "regions.change_region", Column.NOTICES, city)
    assert not may_act(AnonymousUser(), "regions.view_region", Column.NOTICES, city)
    scope = within_scope(Region.objects.all(), person, Column.NOTICES, "parent")
    assert [region.code for region in scope] == ["990102"]


def test_a_superuser_without_a_posting_may_not_act(table):
    root = User.objects.create_superuser("root")
    assert not may_act(root, "regions.view_region", Column.NOTICES, Region.objects.first())


@pytest.mark.parametrize("below", ["990200", "990202"])
def test_a_division_cannot_stand_below_itself(table, below):
    keeper = signed_in(official("keeper", "system_administrator"))
    address = reverse("regions:edit", args=["990200"])
    fields = {"code": "990200", "name": "他市", "level": "2", "parent": below}
    answer = keeper.post(address, fields)
    assert answer.status_code == 200
    assert "上级不能是本区划自己" in answer.content.decode()
    assert Region.objects.get(code="990200").parent_id == "990000"
    keeper.post(address, fields | {"parent": "100000"})
    assert Region.objects.get(code="990200").parent_id == "100000"
