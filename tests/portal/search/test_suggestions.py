"""Suggestions follow the documents that bear them."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from portal.search.models import Suggestion
from portal.search.rebuild import rebuild
from portal.search.refresh import refresh, remove
from portal.search.suggest import corrections, suggestions

pytestmark = pytest.mark.django_db


def offered(typed: str) -> list[str]:
    return [offer.text for offer in suggestions(typed)]


def test_the_names_of_a_removed_document_are_offered_no_more(laws):
    assert offered("江湾区地铁") == ["江湾区地铁三号线选址公示"]
    assert offered("JW-2025") == ["JW-2025-03"]
    remove("notice", ["n1"])
    assert offered("江湾区地铁") == offered("JW-2025") == []
    assert corrections("江湾区地铁三号线选止公示") == []


def test_a_name_that_another_document_bears_is_still_offered(laws):
    laws["notice"].put("n2", "另一公示", region_code="990100", aliases=("JW-2025-03",))
    refresh("notice", ["n2"])
    remove("notice", ["n1"])
    remove("article", ["t48"])
    assert offered("JW-2025") == ["JW-2025-03"]
    assert offered("土地管") == ["土地管理法"]
    remove("article", ["t43", "t44"])
    assert offered("土地管理") == []


def test_a_title_that_changed_is_offered_in_its_new_form_only(laws):
    laws["notice"].put("n1", "江湾区公园公示", region_code="990100")
    refresh("notice", ["n1"])
    assert offered("江湾") == ["江湾区公园公示"]


def test_a_title_of_several_divisions_is_offered_once_while_one_is_left(laws):
    for number, region in enumerate(("990100", "990200")):
        laws["notice"].put(f"m{number}", "城市绿地系统公示", region_code=region)
    refresh("notice")
    assert Suggestion.objects.filter(text="城市绿地系统公示").count() == 2
    assert offered("城市绿地") == ["城市绿地系统公示"]
    assert [offer.text for offer in corrections("城市绿地系统公式")] == ["城市绿地系统公示"]
    remove("notice", ["m0"])
    assert offered("城市绿地") == ["城市绿地系统公示"]
    remove("notice", ["m1"])
    assert offered("城市绿地") == []


def test_what_is_withdrawn_during_a_rebuild_is_offered_no_more(laws, monkeypatch):
    from portal.search import rebuild as rebuilding

    switch = rebuilding._switch

    def withdrawn_just_before(*arguments):
        del laws["notice"].every["n1"]
        remove("notice", ["n1"])
        switch(*arguments)

    monkeypatch.setattr(rebuilding, "_switch", withdrawn_just_before)
    rebuild()
    assert offered("江湾区地铁") == []


def test_suggestions_of_before_learn_their_divisions_and_forget_them_again(laws):
    migration = import_module("portal.search.migrations.0006_suggestion_bearers")
    Suggestion.objects.update(region_code="")
    migration.tell_divisions(apps, None)
    assert Suggestion.objects.get(text="江湾区地铁三号线选址公示").region_code == "990100"
    assert Suggestion.objects.get(text="土地管理法").region_code == ""
    laws["notice"].put("twin", "江湾区地铁三号线选址公示", region_code="990200")
    refresh("notice", ["twin"])
    migration.keep_one_a_text(apps, None)
    assert Suggestion.objects.filter(text="江湾区地铁三号线选址公示").count() == 1
