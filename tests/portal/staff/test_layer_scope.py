"""Layers are their staff's where they are posted: a role alone opens nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from wagtail.models import Site

from portal.core.regions.models import Node, Region
from portal.staff.enums import Column
from portal.staff.models import Posting
from tests.factories.officials import official, signed_in
from tests.portal.sites import make_home
from tiles.releases.permissions import may_approve, may_import, may_see

pytestmark = pytest.mark.django_db


@pytest.fixture
def node(city: Region) -> Node:
    """A site that publishes for the city."""
    make_home()
    return Node.objects.create(site=Site.objects.get(is_default_site=True), region=city)


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_a_role_without_a_posting_is_worth_nothing(node):
    importer, approver = official("li", "layer_importer"), official("wang", "layer_approver")
    assert not may_import(importer)
    assert not may_approve(approver)
    assert not may_see(approver)
    assert signed_in(approver).get(reverse("releases:index")).status_code in {302, 403}


def test_a_posting_to_another_column_does_not_count(node, city):
    assert not may_approve(official("li", "layer_approver", region=city, column=Column.NOTICES))


@pytest.mark.parametrize("where", ["province", "city", "county"])
def test_a_posting_within_or_above_the_nodes_division_counts(node, province, city, where):
    county = Region.objects.create(code="990101", name="示例区", level=3, parent=city)
    region = {"province": province, "city": city, "county": county}[where]
    person = official("li", "layer_approver", region=region, column=Column.RELEASES)
    assert may_approve(person)
    assert not may_import(person), "the posting gives no permission"


def test_a_posting_elsewhere_does_not_count_where_a_node_publishes(city, elsewhere):
    person = official("li", "layer_importer", region=elsewhere, column=Column.RELEASES)
    assert may_import(person), "no node, no division to be elsewhere of"
    make_home()
    Node.objects.create(site=Site.objects.get(is_default_site=True), region=city)
    assert not may_import(fresh(person))


def test_a_superuser_needs_no_posting_and_a_stopped_account_has_nothing(node, city):
    assert may_approve(User.objects.create_superuser("root"))
    person = official("li", "layer_approver", region=city)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not may_approve(fresh(person))


def test_who_has_a_role_for_layers_and_no_posting_is_told_before_the_start(city):
    official("li", "layer_importer")
    official("wang", "layer_approver", region=city)
    found = run_checks(include_deployment_checks=True, databases=["default"])
    told = [each.msg for each in found if each.id == "portal.staff.W002"]
    assert len(told) == 1
    assert told[0].startswith("li ")


def test_the_form_offers_no_column_that_nothing_reads(keeper, colleague, city):
    client = signed_in(keeper)
    assert 'value="consultation"' not in client.get(reverse("staff_postings:add")).content.decode()
    data = {"user": colleague.pk, "column": "consultation", "region": city.pk}
    client.post(reverse("staff_postings:add"), data)
    assert not Posting.objects.exists()


def test_a_posting_of_before_keeps_its_column(keeper, colleague, city):
    posting = Posting.objects.create(user=colleague, region=city, column=Column.CONSULTATION)
    page = signed_in(keeper).get(reverse("staff_postings:edit", args=[posting.pk]))
    assert 'value="consultation" selected' in page.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_node", [True, False])
def test_layer_staff_of_before_keeps_its_layers(with_node):
    province = Region.objects.create(code="990000", name="示例省", level=1)
    city = Region.objects.create(code="990100", name="示例市", level=2, parent=province)
    elsewhere = Region.objects.create(code="980000", name="他省", level=1)
    if with_node:
        make_home()
        Node.objects.create(site=Site.objects.get(is_default_site=True), region=city)
    by_role = official("li", "layer_importer")
    by_permission = official("zhao", permissions=("releases.approve_release",))
    posted = official("wang", "layer_approver", region=elsewhere, column=Column.RELEASES)
    other = official("qian", "notice_editor")
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate([("staff", "0002_roles_second_factor_sessions")])
    MigrationExecutor(connection).migrate(latest)

    def postings(person: User) -> list[str]:
        rows = person.postings.filter(column=Column.RELEASES).order_by("region")
        return list(rows.values_list("region", flat=True))

    given = ["990100"] if with_node else ["980000", "990000"]
    assert postings(by_role) == postings(by_permission) == given
    assert postings(posted) == ["980000"], "who is posted already stays there"
    assert postings(other) == []
    assert may_import(fresh(by_role))
    assert may_approve(fresh(by_permission))
