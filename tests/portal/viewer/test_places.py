"""Search finds named places of the published layers, and follows the releases."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.gis.geos import LineString, Point
from django.test import Client

from portal.search.models import IndexedDocument
from portal.search.refresh import refresh
from portal.viewer.places import follow_releases
from portal.viewer.search_source import LayerSource, PlaceSource, name_attribute
from tests.portal.published import public_profile, publish_layer
from tiles.desensitise.profile import parse_public
from tiles.releases.models import Layer, ReleaseFeature

pytestmark = pytest.mark.django_db


def named_layer(code: str, rows: list[tuple[str, Any]]) -> Layer:
    """A layer of named things, one feature a row."""
    layer = publish_layer(
        code, geometry=rows[0][1], properties={"DLMC": rows[0][0], "DLDJ": "主干路"}
    )
    release = layer.current
    assert release is not None
    release.profile["style"] = {"theme": "single", "label_field": "DLMC"}
    release.profile["attribute"] = [
        {"name": "DLMC", "title": "道路名称", "title_en": "Name", "type": "text", "rule": "as_is"},
        {"name": "DLDJ", "title": "道路等级", "title_en": "Class", "type": "text", "rule": "as_is"},
    ]
    release.save()
    for number, (name, shape) in enumerate(rows[1:], 2):
        ReleaseFeature.objects.create(
            release=release,
            number=number,
            dimension=shape.dims,
            geometry=shape,
            properties={"DLMC": name, "DLDJ": "主干路"},
        )
    return layer


def line(west: float, east: float) -> LineString:
    return LineString((west, 28.2), (east, 28.2), srid=4490)


def titles(kind: str) -> set[str]:
    rows = IndexedDocument.objects.filter(kind=kind, live=True)
    return set(rows.values_list("title", flat=True))


def test_one_document_for_all_pieces_of_a_road(client: Client) -> None:
    named_layer(
        "roads",
        [
            ("中轴大道", line(113, 113.01)),
            ("中轴大道", line(113.01, 113.05)),
            ("示例路", line(113, 113.02)),
        ],
    )
    found = {each.title: each for each in PlaceSource().documents()}
    assert set(found) == {"中轴大道", "示例路"}
    road = found["中轴大道"]
    assert road.heading == "图层roads"
    assert "主干路" in road.text
    assert road.url.endswith("&p=113.030000,28.200000")
    assert client.get(road.url).status_code == 200


def test_a_place_opens_the_map_with_its_answer(client: Client) -> None:
    named_layer("stations", [("示例站", Point(113.0, 28.2, srid=4490))])
    (place,) = PlaceSource().documents()
    page = client.get(place.url).content.decode()
    assert "/map/here/?lon=113.0&amp;lat=28.2" in page
    answer = client.get("/map/here/", {"lon": "113.0", "lat": "28.2"}).content.decode()
    assert "示例站" in answer


def test_layers_of_classes_have_no_places() -> None:
    publish_layer("landuse")
    assert list(PlaceSource().documents()) == []
    assert name_attribute(parse_public(public_profile("landuse"))) is None


def test_only_the_places_of_the_asked_keys() -> None:
    named_layer("roads", [("中轴大道", line(113, 113.01)), ("示例路", line(113, 113.02))])
    first, _second = PlaceSource().documents()
    assert [each.key for each in PlaceSource().documents([first.key, "nowhere:x"])] == [first.key]


def test_search_finds_a_place_by_name(client: Client) -> None:
    named_layer("roads", [("中轴大道", line(113, 113.01))])
    refresh("place")
    text = client.get("/search/", {"q": "中轴大道"}).content.decode()
    assert "/map/?c=" in text
    assert "p=113.0" in text


def test_the_index_follows_publication_and_withdrawal() -> None:
    layer = named_layer("roads", [("中轴大道", line(113, 113.01))])
    assert follow_releases() == 2
    assert follow_releases() is None
    assert titles("place") == {"中轴大道"}
    assert titles("layer") == {"图层roads"}
    layer.current = None
    layer.save()
    assert follow_releases() == 2
    assert titles("place") == titles("layer") == set()


def test_search_finds_a_layer_by_name_by_plan_and_by_a_sign_of_its_legend(client: Client) -> None:
    publish_layer("landuse", properties={"YDYHFLDM": "0701"})
    publish_layer("heritage")
    refresh("layer")
    for query in ("图层landuse", "Layer landuse", "国土空间总体规划", "城镇住宅用地"):
        text = client.get("/search/", {"q": query, "kind": "layer"}).content.decode()
        assert 'href="/map/layers/landuse/"' in text, query
    assert client.get("/map/layers/landuse/").status_code == 200
    english = client.get("/en/search/", {"q": "Layer landuse"}).content.decode()
    assert 'href="/en/map/layers/landuse/"' in english


def test_only_the_layers_of_the_asked_keys() -> None:
    publish_layer("landuse")
    publish_layer("roads")
    assert [each.key for each in LayerSource().documents(["roads", "nothing"])] == ["roads"]
