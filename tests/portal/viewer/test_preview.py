"""The still picture of the map."""

from __future__ import annotations

import pytest
from django.test import Client
from shapely.geometry import box

from portal.core.map_link import map_link, zoom_for
from portal.viewer.picture import Frame
from tests.portal.published import CENTRE, publish_layer

pytestmark = pytest.mark.django_db


def test_picture_shows_the_layer_in_its_legends_colour(client: Client) -> None:
    publish_layer("landuse")
    response = client.get("/map/preview.svg", {"c": "113.0,28.2,13"})
    assert response["Content-Type"] == "image/svg+xml"
    assert "max-age=3600" in response["Cache-Control"]
    assert '<path fill="#' in response.content.decode()


def test_picture_shows_only_the_layers_asked_for(client: Client) -> None:
    publish_layer("landuse")
    svg = client.get("/map/preview.svg", {"c": "113.0,28.2,13", "l": "other"}).content
    assert b"<path" not in svg


@pytest.mark.parametrize("centre", ["", "1,2", "a,b,c", "113,28,3", "nan,nan,nan", "113,89,12"])
def test_a_frame_that_makes_no_sense_is_refused(client: Client, centre: str) -> None:
    assert client.get("/map/preview.svg", {"c": centre}).status_code == 400


def test_the_marked_place_is_outlined(client: Client) -> None:
    query = {"c": "113.0,28.2,13", "m": "112.999,28.199,113.001,28.201"}
    assert client.get("/map/preview.svg", query).content.count(b'stroke="#0b3f57"') == 1


@pytest.mark.parametrize("box_text", ["", "1,2", "a,b,c,d", "2,0,1,1", "nan,0,1,1"])
def test_a_mark_that_makes_no_sense_is_refused(client: Client, box_text: str) -> None:
    query = {"c": "113.0,28.2,13", "m": box_text}
    assert client.get("/map/preview.svg", query).status_code == 400


def test_frame_bounds_and_pixels_agree() -> None:
    frame = Frame(*CENTRE, zoom=13)
    west, south, east, north = frame.bounds()
    assert box(west, south, east, north).contains(box(*CENTRE, *CENTRE).centroid)
    assert frame.pixel(*CENTRE) == (frame.width // 2, round(frame.height / 2))
    assert frame.pixel(west, north) == (0, 0)
    assert frame.pixel(east, south) == (frame.width, frame.height)


def test_map_links_are_readable() -> None:
    link = map_link((113.0, 28.0, 113.1, 28.1), ["a", "b"])
    assert link == "/map/?c=113.05000,28.05000,11.1&l=a,b"


def test_a_point_opens_the_map_close_by() -> None:
    assert zoom_for((113.0, 28.0, 113.0, 28.0)) == 15.0
