"""What changed between two releases, as the audit of the newer one counted it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from portal.viewer.release_changes import changes_between
from tests.portal.published import publish_layer
from tests.portal.viewer.test_compare import next_release
from tiles.releases.models import Release

pytestmark = pytest.mark.django_db


def two_releases(*findings: dict[str, Any]) -> tuple[Release, Release]:
    """Two releases of a layer, the second one with a difference of these findings."""
    layer = publish_layer("landuse")
    older = layer.current
    assert older is not None
    newer = next_release(layer)
    newer.reports = {"difference": {"previous": older.pk, "findings": list(findings)}}
    newer.save()
    return older, newer


def finding(rule: str, count: int, *rows: int) -> dict[str, Any]:
    return {"rule": rule, "count": count, "examples": list(rows)}


def test_the_page_tells_how_many_features_changed_and_opens_there(client: Client) -> None:
    older, newer = two_releases(finding("attributes_changed", 1, 0), finding("few_changes", 1))
    changes = changes_between(older, newer)
    assert changes is not None
    assert changes.total == 1
    west, south, east, north = newer.features.get().geometry.extent
    assert changes.bounds is not None
    assert changes.bounds[0] < west < east < changes.bounds[2]
    assert changes.bounds[1] < south < north < changes.bounds[3]
    text = client.get("/map/compare/", {"layer": "landuse"}).content.decode()
    assert re.search(r"<dt>属性改变的要素</dt><dd>1</dd>", text)
    assert json.dumps(list(changes.bounds)) in text


def test_where_only_the_first_few_are_named_the_whole_layer_is_shown(client: Client) -> None:
    older, newer = two_releases(finding("moved", 40, 0))
    changes = changes_between(older, newer)
    assert changes is not None
    assert changes.bounds is None
    text = client.get("/map/compare/", {"layer": "landuse"}).content.decode()
    assert "<dd>40</dd>" in text
    assert '"bounds": [112.9, 28.1, 113.1, 28.3]' in text


def test_a_feature_that_is_gone_is_looked_up_in_the_older_release() -> None:
    older, newer = two_releases(finding("disappeared", 1, 0))
    newer.features.all().delete()
    changes = changes_between(older, newer)
    assert changes is not None
    assert changes.bounds is not None


def test_releases_that_do_not_follow_each_other_were_not_counted(client: Client) -> None:
    older, newer = two_releases()
    newer.reports = {"difference": {"previous": "another", "findings": []}}
    newer.save()
    assert changes_between(older, newer) is None
    text = client.get("/map/compare/", {"layer": "landuse"}).content.decode()
    assert "不是前后相邻的版本" in text
