"""What stands beside a shared link, and the page of a layer."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.factories.notices import published
from tests.portal.published import publish_layer

pytestmark = pytest.mark.django_db


def og(text: str) -> dict[str, str]:
    found = re.findall(r'<meta property="og:([a-z_:]+)" content="([^"]*)">', text)
    return {name: value.replace("&amp;", "&") for name, value in found}


def picture(client: Client, text: str) -> bytes:
    """The shared picture, fetched by its absolute address."""
    address = og(text)["image"]
    assert address.startswith("http://testserver/")
    response = client.get(address.removeprefix("http://testserver"))
    assert response.status_code == 200
    return bytes(response.content)


def test_the_map_is_shared_with_its_picture(client: Client) -> None:
    publish_layer("landuse")
    text = client.get("/map/").content.decode()
    assert og(text)["title"] == "规划一张图"
    assert og(text)["image"] == "http://testserver/map/preview.png"
    assert (og(text)["image:width"], og(text)["image:height"]) == ("1200", "630")
    assert picture(client, text)[:4] == b"\x89PNG"


def test_a_shared_address_of_the_map_has_the_picture_of_its_state(client: Client) -> None:
    publish_layer("landuse")
    text = client.get("/map/?c=113.00000,28.20000,13.2&l=landuse&p=113,28").content.decode()
    assert og(text)["image"] == "http://testserver/map/preview.png?c=113,28.2,13.2&l=landuse"
    picture(client, text)
    for nonsense in ("c=1,2", "c=a,b,c", "l=landuse", "c=113,28.2,99"):
        text = client.get(f"/map/?{nonsense}").content.decode()
        assert og(text)["image"] == "http://testserver/map/preview.png"


def test_before_the_first_release_nothing_is_shown_beside_the_link(client: Client) -> None:
    text = client.get("/map/").content.decode()
    assert "image" not in og(text)
    assert og(text)["title"] == "规划一张图"


def test_a_notice_is_shared_with_the_picture_of_its_place(client: Client) -> None:
    publish_layer("landuse")
    notice = published(title="某项目选址", place=(112.99, 28.19, 113.01, 28.21))
    text = client.get(notice.get_absolute_url()).content.decode()
    assert og(text)["title"] == "某项目选址"
    assert og(text)["type"] == "article"
    assert og(text)["image"] == f"http://testserver/map/notice/{notice.pk}.png"
    picture(client, text)
    placeless = published()
    assert "image" not in og(client.get(placeless.get_absolute_url()).content.decode())


def test_the_page_of_a_layer_tells_all_about_it(client: Client) -> None:
    publish_layer("landuse", description="规划用途")
    text = client.get("/map/layers/landuse/").content.decode()
    for part in ("图层landuse", "规划用途", "示审图〔2026〕001号", "示府批〔2024〕12号", "0701"):
        assert part in text
    assert og(text)["image"] == "http://testserver/map/preview.png?l=landuse"
    picture(client, text)
    assert 'href="/map/legend.png?l=landuse"' in text
    assert "/map/?c=113.00000,28.20000" in text
    assert client.get("/map/layers/nothing/").status_code == 404


def test_the_page_of_a_layer_in_english(client: Client) -> None:
    publish_layer("landuse")
    text = client.get("/en/map/layers/landuse/").content.decode()
    assert "Layer landuse" in text
    assert og(text)["image"] == "http://testserver/en/map/preview.png?l=landuse"


def test_the_list_of_layers_shows_the_picture(client: Client) -> None:
    publish_layer("landuse")
    text = client.get("/map/").content.decode()
    (figure,) = re.findall(r'<figure class="map-sheet list-only">.*?</figure>', text, re.DOTALL)
    assert 'src="/map/preview.png"' in figure
    assert 'loading="lazy"' in figure
    assert 'href="/map/layers/landuse/"' in text
