"""Views are counted by day and column, and nothing about a visitor is kept."""

from __future__ import annotations

import datetime
import logging
import threading

import pytest
from django.apps import apps
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from portal.core import figures
from portal.visits import counter as counters
from portal.visits.chart import bars
from portal.visits.counter import ViewCounter, counter
from portal.visits.counting import column_of, is_bot
from portal.visits.models import DailyViews, add_views
from portal.visits.report import last_months, report
from tests.portal.sites import make_division, make_home, make_node

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def home(settings):
    # The batches are written by the test itself.
    settings.VISITS_FLUSH_SECONDS = 3600
    home = make_home()
    counter.flush()
    DailyViews.objects.all().delete()
    return home


def view(client: Client, path: str, agent: str = FIREFOX, **headers: str):
    return client.get(path, headers={"user-agent": agent} | headers)


def stored() -> dict[str, int]:
    counter.flush()
    return dict(DailyViews.objects.values_list("column", "views"))


@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("/", "home"),
        ("/en/", "home"),
        ("/map/here/", "map"),
        ("/en/map/", "map"),
        ("/feedback/error/", "feedback"),
        ("/help/", "other"),
        ("/some/page/", "other"),
        ("/admin/", None),
        ("/admin/login/", None),
        ("/api/v1/here", None),
        ("/documents/1/x.pdf", None),
    ],
)
def test_every_path_belongs_to_a_column_or_to_none(path: str, column: str | None) -> None:
    assert column_of(path) == column


def test_pages_that_people_open_are_counted(client: Client) -> None:
    for path in ("/", "/", "/help/", "/map/", "/en/map/"):
        assert view(client, path).status_code == 200
    assert stored() == {"home": 2, "other": 1, "map": 2}


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.example/search)",
        "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 HeadlessChrome/130",
    ],
)
def test_programs_that_say_so_are_not_counted(client: Client, agent: str) -> None:
    view(client, "/", agent)
    assert is_bot(agent)
    assert stored() == {}


def test_what_is_no_opened_page_is_not_counted(client: Client) -> None:
    view(client, "/nowhere/")
    view(client, "/robots.txt")
    view(client, "/admin/login/")
    view(client, "/help/", **{"sec-purpose": "prefetch"})
    client.post("/display/", {"mode": "elder"}, headers={"user-agent": FIREFOX})
    client.head("/", headers={"user-agent": FIREFOX})
    assert stored() == {}


def test_nothing_personal_is_stored_anywhere(client: Client, django_assert_num_queries) -> None:
    secret = "203.0.113.77"
    client.cookies["display"] = "elder"
    client.get(
        "/help/?name=王示例",
        headers={"user-agent": f"{FIREFOX} unique-agent", "referer": "https://from.example/"},
        REMOTE_ADDR=secret,
    )
    assert stored() == {"other": 1}
    fields = {field.name for field in DailyViews._meta.get_fields()}
    assert fields == {"id", "day", "site", "column", "views"}
    everything = str([list(model.objects.values()) for model in apps.get_models()])
    for trace in (secret, "unique-agent", "from.example", "王示例"):
        assert trace not in everything


def test_a_view_waits_for_no_database(client: Client, django_assert_num_queries) -> None:
    waiting = ViewCounter()
    with django_assert_num_queries(0):
        waiting._writer = threading.current_thread()
        waiting.add((timezone.localdate(), 1, "home"))
    assert waiting.held() == 1


def test_what_cannot_be_written_stays_held(home, monkeypatch, caplog) -> None:
    site_id = make_node("city.example", make_division()).pk
    held = ViewCounter()
    held._writer = threading.current_thread()
    held.add((timezone.localdate(), site_id, "home"))

    def locked(*_arguments: object) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as broken, caplog.at_level(logging.CRITICAL):
        broken.setattr(counters, "add_views", locked)
        assert held.flush() == 0
    assert held.held() == 1
    assert held.flush() == 1
    assert held.held() == 0


@pytest.mark.django_db(transaction=True)
def test_views_of_a_deleted_site_are_dropped_and_hold_up_no_others(home, caplog) -> None:
    site = make_node("city.example", make_division())
    gone, left = site.pk, Site.objects.get(is_default_site=True).pk
    held = ViewCounter()
    held._writer = threading.current_thread()
    for site_id in (gone, left, left):
        held.add((timezone.localdate(), site_id, "home"))
    site.delete()
    with caplog.at_level(logging.CRITICAL):
        assert held.flush() == 2
    assert held.held() == 0
    assert list(DailyViews.objects.values_list("site", "views")) == [(left, 2)]


def test_sites_are_counted_apart(client: Client, settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "city.example"]
    make_node("city.example", make_division())
    view(client, "/")
    view(client, "/", host="city.example")
    view(client, "/", host="city.example")
    counter.flush()
    rows = DailyViews.objects.values_list("site__hostname", "views")
    assert dict(rows) == {"localhost": 1, "city.example": 2}


def test_twelve_months_end_with_this_one() -> None:
    months = last_months(datetime.date(2026, 2, 28))
    assert len(months) == 12
    assert (months[0], months[-1]) == (datetime.date(2025, 3, 1), datetime.date(2026, 2, 1))


def test_the_report_adds_up_months_and_leaves_older_ones_out(home) -> None:
    site = home.get_site()
    for day, views in (("2026-01-31", 5), ("2026-02-01", 2), ("2026-02-28", 3), ("2025-02-28", 9)):
        add_views(datetime.date.fromisoformat(day), site.pk, "map", views)
    found = report(site, None, datetime.date(2026, 2, 28))
    assert [line.values[-2:] for line in found.views] == [[5, 5]]
    assert found.total.total == 10


def test_the_longest_bar_is_that_of_the_busiest_month() -> None:
    months = last_months(datetime.date(2026, 2, 28), 3)
    assert [bar.length for bar in bars(months, [50, 200, 0])] == [250, 1000, 0]
    assert [bar.length for bar in bars(months, [0, 0, 0])] == [0, 0, 0]


def test_the_public_page_shows_the_numbers(client: Client, home) -> None:
    add_views(timezone.localdate(), home.get_site().pk, "map", 4321)
    text = client.get("/statistics/").content.decode()
    assert "4321" in text
    assert "规划一张图" in text


def test_a_figure_is_registered_once(monkeypatch) -> None:
    monkeypatch.setattr(figures, "FIGURES", {})
    figure = figures.register(figures.Figure("one", "一", lambda _since, _region: {}))
    with pytest.raises(ValueError, match="twice"):
        figures.register(figure)
