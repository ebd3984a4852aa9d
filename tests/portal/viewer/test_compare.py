"""Two releases of a layer side by side."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.submit import submit_version
from tests.factories.notices import approver, published, registrar
from tests.portal.published import publish_layer, square
from tiles.releases.enums import ReleaseState
from tiles.releases.models import Layer, Release, ReleaseFeature

pytestmark = pytest.mark.django_db


@pytest.fixture
def layer() -> Layer:
    return publish_layer("landuse")


def next_release(layer: Layer, number: int = 2) -> Release:
    """Another release of the layer, in force from now on."""
    old = layer.current
    assert old is not None
    release = Release.objects.create(
        id=f"r{number}-landuse",
        layer=layer,
        version=number,
        state=ReleaseState.PUBLISHED,
        sha256=str(number) * 64,
        profile=old.profile,
        feature_count=1,
        bounds=[112.9, 28.1, 113.1, 28.3],
        imported_by=old.imported_by,
        approved_by=old.approved_by,
        published_at=timezone.now(),
        expires_at=old.expires_at,
    )
    ReleaseFeature.objects.create(
        release=release,
        number=1,
        dimension=2,
        geometry=square(0.02),
        properties={"YDYHFLDM": "1401"},
    )
    layer.current = release
    layer.save()
    return release


def configuration(text: str) -> dict[str, object]:
    found = re.search(r'id="compare-configuration" type="application/json">(.*?)</script>', text)
    assert found
    return json.loads(found[1])  # type: ignore[no-any-return]


def test_the_newest_release_stands_beside_the_one_before(client: Client, layer: Layer) -> None:
    next_release(layer)
    text = client.get("/map/compare/", {"layer": "landuse"}).content.decode()
    told = configuration(text)
    assert told["left"] == "/map/compare/r1-landuse/style.json"
    assert told["right"] == "/map/compare/r2-landuse/style.json"
    assert told["bounds"] == [112.9, 28.1, 113.1, 28.3]
    assert text.count('<img src="/map/compare/') == 2
    assert 'rel="canonical" href="http://testserver/map/compare/?layer=landuse"' in text
    assert "示审图〔2026〕001号" in text


def test_style_and_picture_are_those_of_the_release(client: Client, layer: Layer) -> None:
    next_release(layer)
    style = client.get("/map/compare/r1-landuse/style.json").json()
    assert "/tiles/landuse/r1-landuse/{z}/{x}/{y}.mvt" in json.dumps(style)
    query = {"c": "113.0,28.2,12"}
    old = client.get("/map/compare/r1-landuse/picture.svg", query)
    new = client.get("/map/compare/r2-landuse/picture.svg", query)
    assert old["Content-Type"] == "image/svg+xml"
    assert old.content != new.content
    assert client.get("/map/compare/r1-landuse/picture.svg").status_code == 400


def test_one_release_alone_cannot_be_compared(client: Client, layer: Layer) -> None:
    assert client.get("/map/compare/", {"layer": "landuse"}).status_code == 404
    assert client.get("/map/compare/", {"layer": "nowhere"}).status_code == 404
    assert client.get("/map/compare/").status_code == 404
    assert "/map/compare/" not in client.get("/map/layers/landuse/").content.decode()
    next_release(layer)
    assert "/map/compare/?layer=landuse" in client.get("/map/layers/landuse/").content.decode()


@pytest.mark.parametrize("state", [ReleaseState.WITHDRAWN, ReleaseState.AWAITING_APPROVAL])
def test_what_is_not_served_is_not_shown(client: Client, layer: Layer, state: str) -> None:
    next_release(layer)
    next_release(layer, 3)
    Release.objects.filter(pk="r1-landuse").update(state=state)
    query = {"layer": "landuse", "left": "r1-landuse", "right": "r2-landuse"}
    assert client.get("/map/compare/", query).status_code == 404
    assert client.get("/map/compare/r1-landuse/style.json").status_code == 404
    picture = client.get("/map/compare/r1-landuse/picture.svg", {"c": "113,28.2,12"})
    assert picture.status_code == 404
    assert "r1-landuse" not in client.get("/map/compare/", {"layer": "landuse"}).content.decode()


def test_a_new_version_of_a_notice_links_to_the_comparison(client: Client, layer: Layer) -> None:
    first = published(layers=("landuse",))
    next_release(layer)
    second = announce_anew(first, registrar(), "图层更新")
    second = approve_version(submit_version(second, registrar()), approver())
    link = "/map/compare/?layer=landuse&amp;left=r1-landuse&amp;right=r2-landuse"
    assert link in client.get(second.get_absolute_url()).content.decode()
    assert link in client.get(f"{second.get_absolute_url()}changes/").content.decode()
    assert link not in client.get(first.get_absolute_url()).content.decode()
    Release.objects.filter(pk="r1-landuse").update(state=ReleaseState.WITHDRAWN)
    assert link not in client.get(second.get_absolute_url()).content.decode()
