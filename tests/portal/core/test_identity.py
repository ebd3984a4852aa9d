"""Each site of an installation says for itself who runs it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from wagtail.models import Locale, Page, Site

from portal.core.models import SiteIdentity
from portal.core.regions.models import Node
from tests.portal.sites import make_division, make_home, make_node


@pytest.fixture
def hosts(settings):
    settings.ALLOWED_HOSTS = ["testserver", "city.example"]


@pytest.mark.django_db
def test_each_node_has_its_own_header_and_footer(client: Client, hosts) -> None:
    make_home()
    city = make_node("city.example", make_division())
    SiteIdentity.objects.create(site=city, site_name="示例市规划", sponsor="示例市规划局")
    default = SiteIdentity.load()
    default.site_name, default.sponsor = "示例省规划", "示例省规划厅"
    default.save()
    ours = client.get("/").content.decode()
    theirs = client.get("/", headers={"host": "city.example"}).content.decode()
    assert "示例省规划厅" in ours
    assert "示例市规划局" not in ours
    assert "示例市规划局" in theirs
    assert '<meta name="SiteName" content="示例市规划">' in theirs


@pytest.mark.django_db
def test_the_footer_leads_to_the_other_nodes_and_not_to_this_one(client: Client, hosts) -> None:
    make_home()
    province = make_division("990000", "示例省")
    Node.objects.create(site=Site.objects.get(is_default_site=True), region=province)
    make_node("city.example", make_division(parent=province))
    ours = client.get("/help/").content.decode()
    assert 'href="http://city.example"' in ours
    assert ">示例市</a>" in ours
    theirs = client.get("/help/", headers={"host": "city.example"}).content.decode()
    assert 'href="http://city.example"' not in theirs
    assert ">示例省</a>" in theirs


@pytest.mark.django_db
def test_reading_a_page_stores_nothing(client: Client) -> None:
    make_home()
    assert client.get("/").status_code == 200
    assert not SiteIdentity.objects.exists()


BEFORE, AFTER = [("core", "0001_initial")], [("core", "0004_site_texts")]


@pytest.mark.django_db(transaction=True)
def test_the_one_identity_of_before_becomes_that_of_every_site_and_back_again() -> None:
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps.get_model("core", "SiteIdentity")
    old.objects.create(site_name="示例市规划", sponsor="示例市规划局")
    # A test before may have emptied the database, Wagtail's first page and site included.
    Locale.objects.get_or_create(language_code="zh-hans")
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    site, _new = Site.objects.get_or_create(is_default_site=True, defaults={"root_page": root})
    other = Site.objects.create(hostname="city.example", root_page=site.root_page)
    executor = MigrationExecutor(connection)
    executor.migrate(AFTER)
    names = SiteIdentity.objects.order_by("pk").values_list("site__hostname", "sponsor")
    assert list(names) == [(site.hostname, "示例市规划局"), ("city.example", "示例市规划局")]
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    assert list(old.objects.values_list("sponsor", flat=True)) == ["示例市规划局"]
    MigrationExecutor(connection).migrate(latest)
    assert SiteIdentity.objects.count() == 2
    SiteIdentity.objects.all().delete()
    other.delete()
