"""What nobody knows since when it holds (效力待核实): found, marked, and never called in force."""

from __future__ import annotations

import datetime
from importlib import import_module

import pytest
from django.apps import apps

from portal.search.enums import DocumentStatus
from portal.search.models import IndexedDocument, IndexState
from portal.search.refresh import refresh
from portal.search.request import SearchRequest, Validity
from portal.search.search import search
from tests.portal.pages import make_site

pytestmark = pytest.mark.django_db
BADGE = 'state--unknown">效力待核实'


@pytest.fixture
def undated(laws):
    """A rule without a day among the laws."""
    laws["article"].put("u1", "示例市征收补偿规定", "征收土地的补偿标准由市人民政府公布。",
                        label="第一条", status="unverified")  # fmt: skip
    refresh("article")
    return laws


def keys(**filters) -> list[str]:
    return [hit.document.key for hit in search(SearchRequest(text="征收土地补偿", **filters)).hits]


def test_it_is_found_by_default_counted_and_not_said_to_hold(undated):
    results = search(SearchRequest(text="征收土地补偿"))
    hit = next(hit for hit in results.hits if hit.document.key == "u1")
    assert (hit.status, hit.holds) == (DocumentStatus.UNVERIFIED, False)
    assert results.unverified == 1
    assert search(SearchRequest(text="征收土地补偿", kind="notice")).unverified == 0


@pytest.mark.parametrize(
    ("validity", "found"),
    [
        (Validity.NOT_ENDED, {"t48", "u1"}),
        (Validity.IN_FORCE, {"t48"}),
        (Validity.UNVERIFIED, {"u1"}),
        (Validity.ENDED, set()),
        (Validity.ALL, {"t48", "u1"}),
    ],
)
def test_the_filter_tells_it_from_what_is_in_force(undated, validity, found):
    assert set(keys(validity=validity)) & {"t48", "u1"} == found


def test_what_has_no_validity_at_all_is_no_part_of_it(undated):
    only = SearchRequest(text="轨道交通", validity=Validity.UNVERIFIED)
    assert search(only).hits == []
    assert search(SearchRequest(text="轨道交通", validity=Validity.IN_FORCE)).total == 1


def test_it_stands_where_it_would_stand_if_it_were_in_force(undated):
    unverified = keys()
    known = {"status": "in_force", "effective_from": datetime.date(2020, 1, 1)}
    document = undated["article"].every["u1"]
    undated["article"].put("u1", document.title, document.text, label=document.label, **known)
    refresh("article")
    assert keys() == unverified


def test_a_known_end_ends_it(undated):
    undated["article"].put("u2", "示例市旧规定", "征收土地的补偿。", status="unverified",
                           effective_to=datetime.date(2022, 1, 1))  # fmt: skip
    refresh("article")
    assert "u2" not in keys()
    assert "u2" in keys(on=datetime.date(2021, 12, 31))
    assert "u2" in keys(validity=Validity.ENDED)


def test_the_page_marks_it_and_leads_to_those_alone(undated, client):
    make_site()
    text = client.get("/search/", {"q": "征收土地补偿"}).content.decode()
    assert BADGE in text
    assert "其中 1 项效力待核实" in text
    assert "validity=unverified" in text
    english = client.get("/en/search/", {"q": "征收土地补偿"}).content.decode()
    assert 'state--unknown">validity not verified' in english


def test_the_question_box_marks_it_and_no_machine_rewords_it(undated, client, settings, caplog):
    make_site()
    settings.POLICY_LLM_URL, settings.POLICY_LLM_MODEL = "http://127.0.0.1:9/v1", "m"
    text = client.get("/search/ask/", {"q": "征收土地的补偿标准"}).content.decode()
    assert BADGE in text
    assert "标有“效力待核实”的条文" in text
    assert "rephrasing" not in caplog.text
    text = client.get("/search/ask/", {"q": "公告的时间不得少于三十日"}).content.decode()
    assert "标有“效力待核实”的条文" not in text
    assert "rephrasing failed" in caplog.text


def test_an_index_of_before_is_marked_without_a_rebuild(undated):
    migration = import_module("portal.search.migrations.0004_unverified")
    IndexedDocument.objects.filter(key="u1").update(status="")
    IndexState.objects.update(stamp="before")
    migration.mark(apps, None)
    assert IndexedDocument.objects.get(key="u1").status == DocumentStatus.UNVERIFIED
    assert IndexedDocument.objects.get(key="n1").status == DocumentStatus.TIMELESS
    assert IndexState.objects.get().stamp != "before"
    migration.unmark(apps, None)
    assert IndexedDocument.objects.get(key="u1").status == DocumentStatus.TIMELESS
