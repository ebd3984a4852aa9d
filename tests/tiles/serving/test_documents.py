"""Style, TileJSON, legend and readiness, by the site's own URLs; no database is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.tiles.serving.conftest import PROFILE, RELEASE, Site, release
from tiles.releases.directory import DIRECTORY_NAME, PublishedRelease
from tiles.serving.legend import legend
from tiles.serving.readiness import archives_are_readable
from tiles.serving.style import layer_style


@pytest.fixture(autouse=True)
def published(site: Site, settings: Any) -> Path:
    settings.PUBLISHED_DIR = site.folder
    return site.folder


def style_of(client: Client) -> dict[str, Any]:
    response = client.get(reverse("serving:style"), headers={"host": "testserver"})
    assert response.status_code == 200
    return response.json()


def test_style_points_to_the_current_release(client: Client) -> None:
    source = style_of(client)["sources"]["landuse"]
    assert source["tiles"] == [f"http://testserver/tiles/landuse/{RELEASE}/{{z}}/{{x}}/{{y}}.mvt"]
    assert (source["minzoom"], source["maxzoom"]) == (10, 13)
    assert source["bounds"] == pytest.approx([114, 30, 114.32, 30.32], abs=1e-6)


def test_style_names_no_other_host_and_no_glyphs(client: Client) -> None:
    style = style_of(client)
    assert not {"glyphs", "sprite"} & style.keys()
    text = json.dumps(style)
    assert text.count("http") == text.count("http://testserver/tiles/")


def test_every_layer_says_which_layer_it_draws(client: Client) -> None:
    layers = style_of(client)["layers"]
    assert layers[0]["type"] == "background"
    assert {layer["metadata"]["portal:layer"] for layer in layers[1:]} == {"landuse"}
    assert [layer["type"] for layer in layers] == ["background", "fill", "line", "symbol"]
    assert layers[-1]["source-layer"] == "landuse_label"


def test_style_tells_a_viewer_the_legend_of_what_occurs(client: Client) -> None:
    (described,) = style_of(client)["metadata"]["portal:layers"]
    assert described["title"] == "规划用地用海"
    assert described["review_number"] == "示审图〔2026〕001号"
    assert [entry["value"] for entry in described["legend"]] == ["0701", "0901", "1207", "1401"]
    assert described["legend"][0]["label"] == "城镇住宅用地"
    assert described["attributes"][1] == {
        "name": "YDYHFLMC",
        "title": "分类名称",
        "title_en": "YDYHFLMC",
    }


def test_documents_are_revalidated(client: Client) -> None:
    for path in (reverse("serving:style"), reverse("serving:tilejson", args=["landuse"])):
        first = client.get(path)
        assert first["Cache-Control"] == "public, no-cache"
        assert first["Access-Control-Allow-Origin"] == "*"
        again = client.get(path, headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304
        assert client.post(path).status_code == 405


def test_tilejson_describes_the_release_in_force(client: Client) -> None:
    document = client.get(reverse("serving:tilejson", args=["landuse"])).json()
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == [f"http://testserver/tiles/landuse/{RELEASE}/{{z}}/{{x}}/{{y}}.mvt"]
    assert {layer["id"] for layer in document["vector_layers"]} == {"landuse", "landuse_label"}
    assert document["attribution"] == "示例市 示审图〔2026〕001号"
    assert document["minzoom"] == 10
    assert len(document["center"]) == 3


def test_tilejson_of_what_is_not_published_is_404(client: Client, site: Site) -> None:
    assert client.get(reverse("serving:tilejson", args=["roads"])).status_code == 404
    site.publish(PublishedRelease(RELEASE, withdrawn=True), current="")
    response = client.get(reverse("serving:tilejson", args=["landuse"]))
    assert response.status_code == 404
    assert response.json()["error"] == "unknown_release"


def test_damaged_archive_leaves_the_map_but_not_silently(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    assert archives_are_readable() == []
    site.archive.write_bytes(b"damaged")
    assert client.get(reverse("serving:tilejson", args=["landuse"])).status_code == 503
    assert style_of(client)["sources"] == {}
    assert "left out of the map style" in caplog.text
    assert len(archives_are_readable()) == 1


def test_empty_portal_has_an_empty_map_and_is_ready(client: Client, site: Site) -> None:
    (site.folder / DIRECTORY_NAME).unlink()
    assert [layer["id"] for layer in style_of(client)["layers"]] == ["background"]
    assert archives_are_readable() == []


def test_unreadable_directory_is_not_ready(site: Site) -> None:
    (site.folder / DIRECTORY_NAME).write_text("{")
    assert len(archives_are_readable()) == 1
    site.publish(release())
    assert archives_are_readable() == []


def profile(geometry: str, layer: dict[str, Any], **style: Any) -> dict[str, Any]:
    described = {**PROFILE["layer"], "code": "sample", "geometry": geometry, **layer}
    return {**PROFILE, "layer": described, "style": style}


@pytest.mark.parametrize(
    ("described", "types"),
    [
        (profile("polygon", {"category": "control"}, color="#00aa00"), ["fill", "line"]),
        (profile("polygon", {"category": "base"}, color="#c00000"), ["fill", "line", "line"]),
        (profile("polygon", {"category": "base"}, color="#c00000", opacity=0), ["line", "line"]),
        (profile("line", {"category": "base"}, color="#ffffff"), ["line", "line"]),
        (profile("line", {"code": "railways"}, color="#333333"), ["line", "line"]),
        (profile("line", {"category": "base"}, color="#333333", dash=(4, 2)), ["line"]),
        (
            profile("point", {"category": "facility"}, color="#0000ff", label_field="NAME"),
            ["circle", "symbol"],
        ),
    ],
)
def test_each_kind_of_layer_has_its_own_drawing(
    described: dict[str, Any], types: list[str]
) -> None:
    layers = layer_style(described, "http://testserver/{z}/{x}/{y}.mvt")["layers"]
    assert [layer["type"] for layer in layers[1:]] == types
    assert len({layer["id"] for layer in layers}) == len(layers)


def test_hidden_layer_is_in_the_style_but_not_shown(client: Client, site: Site) -> None:
    hidden = {**PROFILE, "layer": {**PROFILE["layer"], "visible": False}}
    text = (site.folder / DIRECTORY_NAME).read_text()
    document = json.loads(text)
    document["layers"][0]["profile"] = hidden
    (site.folder / DIRECTORY_NAME).write_text(json.dumps(document))
    assert {layer["layout"]["visibility"] for layer in style_of(client)["layers"][1:]} == {"none"}


def test_legend_by_theme() -> None:
    classes = ({"value": "绿线", "color": "#00aa00", "title_en": "Green line"},)
    by_class = legend(profile("polygon", {}, theme="classes", class_field="X", classes=classes))
    assert [entry.as_dict() for entry in by_class] == [
        {"value": "绿线", "label": "绿线", "label_en": "Green line", "color": "#00aa00"}
    ]
    (single,) = legend(profile("polygon", {}, color="#123456"))
    assert (single.value, single.label, single.color) == ("", "规划用地用海", "#123456")
    assert {entry.value for entry in legend(PROFILE, {"0701", "01"})} == {"0701", "01"}
    assert len(legend(PROFILE)) > 100


def test_class_names_wait_for_large_parcels_and_place_names_do_not(client: Client) -> None:
    (names,) = (layer for layer in style_of(client)["layers"] if layer["type"] == "symbol")
    assert names["minzoom"] == 15
    places = profile("polygon", {"category": "base"}, color="#c00000", label_field="NAME")
    drawn = layer_style(places, "https://portal.example/{z}/{x}/{y}.mvt")["layers"]
    assert [layer.get("minzoom") for layer in drawn if layer["type"] == "symbol"] == [None]
