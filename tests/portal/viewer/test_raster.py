"""Maps and legends as PNG: decoded, measured, limited."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PIL
import pytest
from django.contrib.gis.geos import LineString, Point, Polygon
from django.core.cache import cache
from django.core.checks import run_checks
from django.test import Client
from PIL import Image
from pyproj import Geod
from pytest_django import Settings

from portal.plans.procedure.withdraw import withdraw_version
from portal.viewer.legend import LegendGroup, Swatch
from portal.viewer.picture import Frame, around, fitting
from portal.viewer.raster import font as fonts
from portal.viewer.raster.font import FontMissing, find_font
from portal.viewer.raster.legend_sheet import legend_png
from portal.viewer.raster.map_sheet import MOST_FEATURES
from portal.viewer.raster.shapes import Bitmap
from portal.viewer.raster.sheet import Layout, Legend, round_length
from tests.factories.notices import published, registrar, submitted
from tests.portal.published import CENTRE, public_profile, publish_layer, square
from tiles.desensitise.landuse_codes import LANDUSE
from tiles.desensitise.profile import parse_public
from tiles.releases.models import Release, ReleaseFeature

pytestmark = pytest.mark.django_db

CENTRE_POINT = Point(*CENTRE, srid=4490)
HERE = {"c": "113.0,28.2,13"}
TEXTS = Legend("图层", "规划", "示审图〔2026〕001号", "2025-12-31", "示例市")


def png(client: Client, path: str = "/map/preview.png", **query: str) -> Image.Image:
    response = client.get(path, query)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "image/png"
    return Image.open(io.BytesIO(response.content)).convert("RGBA")


def rgb(color: str) -> np.ndarray:
    return np.array([int(color[start : start + 2], 16) for start in (1, 3, 5)])


def near(image: Image.Image, at: tuple[int, int], wanted: np.ndarray, tolerance: int = 4) -> bool:
    return bool((abs(np.array(image.getpixel(at))[:3] - wanted) <= tolerance).all())


def on_paper(color: str, opacity: float = 0.85) -> np.ndarray:
    return rgb(color) * opacity + np.array([244, 243, 238]) * (1 - opacity)


def map_top(width: int = 1200, height: int = 630) -> tuple[int, int, int]:
    """Top of the map on the sheet of one layer of the tests, and its size."""
    texts = Legend(
        "图层landuse",
        "示例市国土空间总体规划　示府批〔2024〕12号",
        "示审图〔2026〕001号",
        "2025-12-31",
        "示例市自然资源和规划局",
    )
    layout = Layout(width, height, texts)
    return layout.top, *layout.map_size


def test_features_have_the_colour_of_their_class_at_their_place(client: Client) -> None:
    publish_layer("landuse")
    image = png(client, **HERE, l="landuse")
    assert image.size == (1200, 630)
    top, width, height = map_top()
    frame = Frame(*CENTRE, 13, width, height)
    left, upper = frame.pixel(CENTRE[0] - 0.01, CENTRE[1] + 0.01)
    right, lower = frame.pixel(CENTRE[0] + 0.01, CENTRE[1] - 0.01)
    housing = on_paper(LANDUSE["0701"].color)
    for x in (left + 4, (left + right) // 2, right - 4):
        for y in (max(upper, 0) + 4, (upper + lower) // 2, min(lower, height) - 4):
            assert near(image, (x, top + y), housing)
    for x in (left - 4, right + 4):
        assert near(image, (x, top + height // 2), np.array([244, 243, 238]))


def test_edges_are_smooth(client: Client) -> None:
    lon, lat = CENTRE
    slope = Polygon(
        (
            (lon - 0.01, lat - 0.01),
            (lon + 0.01, lat - 0.008),
            (lon, lat + 0.01),
            (lon - 0.01, lat - 0.01),
        ),
        srid=4490,
    )
    publish_layer("landuse", geometry=slope)
    image = png(client, **HERE, l="landuse").convert("RGB")
    colors = {pixel for _, pixel in image.crop((0, 120, 1200, 500)).getcolors(100_000)}
    assert len(colors) > 20, "an edge without steps between the colours is jagged"


def test_holes_show_what_lies_below(client: Client) -> None:
    lon, lat = CENTRE
    outer = square().coords[0]
    inner = tuple((lon + (x - lon) * 0.4, lat + (y - lat) * 0.4) for x, y in outer)
    publish_layer("landuse", geometry=Polygon(outer, inner, srid=4490))
    image = png(client, **HERE, l="landuse")
    top, width, height = map_top()
    frame = Frame(*CENTRE, 13, width, height)
    x, y = frame.pixel(lon, lat)
    assert near(image, (x, top + y), np.array([244, 243, 238]))
    x, y = frame.pixel(lon - 0.008, lat)
    assert near(image, (x, top + y), on_paper(LANDUSE["0701"].color))


def test_lines_and_points_are_drawn(client: Client) -> None:
    lon, lat = CENTRE
    line = LineString((lon - 0.01, lat), (lon + 0.01, lat), srid=4490)
    publish_layer("stop", geometry=Point(lon, lat, srid=4490))
    blank = np.asarray(png(client, c="113.3,28.2,13", l="stop").convert("RGB"), dtype=int)
    drawn = np.asarray(png(client, **HERE, l="stop").convert("RGB"), dtype=int)
    changed = np.argwhere(abs(drawn - blank).sum(axis=2) > 60)
    assert 20 < len(changed) < 200
    publish_layer("road", geometry=line)
    road = np.asarray(png(client, **HERE, l="road").convert("RGB"), dtype=int)
    rows, columns = np.nonzero(abs(road[100:500] - blank[100:500]).sum(axis=2) > 60)
    assert np.ptp(columns) > 100
    assert np.ptp(rows) <= 3


@pytest.mark.parametrize(("zoom", "street_drawn"), [(10, False), (15, True)])
def test_streets_do_not_cover_a_whole_city(zoom: float, street_drawn: bool) -> None:
    style = {
        "theme": "classes",
        "class_field": "YDYHFLDM",
        "width": 5.5,
        "classes": [
            {"value": value, "color": color, "title": value}
            for value, color in (("main", "#ff0000"), ("side", "#00ff00"), ("street", "#0000ff"))
        ],
    }
    public = {**public_profile("roads", geometry="line", coverage=False), "style": style}
    lon, lat = CENTRE
    rows = [
        (LineString((lon - 1, lat + up), (lon + 1, lat + up), srid=4490), {"YDYHFLDM": value})
        for value, up in (("main", 0.0), ("street", 0.002))
    ]
    bitmap = Bitmap(Frame(lon, lat, zoom, 400, 300))
    colors = {"main": "#ff0000", "side": "#00ff00", "street": "#0000ff"}
    bitmap.draw(parse_public(public), colors, rows)
    drawn = np.asarray(bitmap.finished(), dtype=int)
    assert (abs(drawn - [255, 0, 0]).sum(axis=2) < 60).any()
    assert (abs(drawn - [0, 0, 255]).sum(axis=2) < 60).any() == street_drawn


def ink(image: Image.Image, box: tuple[int, int, int, int]) -> float:
    pixels = np.asarray(image.crop(box).convert("L"), dtype=int)
    return float((pixels < 128).mean())


def test_title_scale_north_and_review_number_are_lettered(client: Client) -> None:
    publish_layer("landuse")
    for size in ((1200, 630), (400, 420)):
        image = png(client, **HERE, l="landuse", w=str(size[0]), h=str(size[1]))
        top, width, height = map_top(*size)
        foot = top + height
        assert ink(image, (0, 0, width // 2, top - 2)) > 0.02, "title"
        assert ink(image, (0, foot + 2, width // 2, size[1])) > 0.02, "review number"
        assert ink(image, (width * 2 // 3, foot + 2, width, size[1])) > 0.005, "scale bar"
        assert ink(image, (width - 50, top, width, top + 60)) > 0.02, "north arrow"


def test_another_review_number_is_another_picture(client: Client) -> None:
    publish_layer("landuse")
    publish_layer("other", review_number="示审图〔2026〕999号", title="图层landuse")
    one, two = (png(client, **HERE, l=code) for code in ("landuse", "other"))
    top, _, height = map_top()
    foot = (0, top + height + 2, 600, 630)
    assert one.crop(foot).tobytes() != two.crop(foot).tobytes()


def test_the_review_number_stands_in_the_files_text_too(client: Client) -> None:
    publish_layer("landuse")
    for path in ("/map/preview.png", "/map/legend.png"):
        content = client.get(path, {"l": "landuse"}).content
        image = Image.open(io.BytesIO(content))
        image.load()
        assert image.text["Review Number"] == "示审图〔2026〕001号"  # type: ignore[attr-defined]
        assert image.text["Title"] == "图层landuse"  # type: ignore[attr-defined]


def test_without_a_place_the_whole_extent_is_shown(client: Client) -> None:
    publish_layer("landuse", geometry=square(0.2))
    image = png(client, l="landuse")
    top, width, height = map_top()
    housing = on_paper(LANDUSE["0701"].color)
    frame = fitting((112.8, 28.0, 113.2, 28.4), (width, height))
    for lon, lat in ((112.81, 28.01), (113.19, 28.39), (113.0, 28.2)):
        x, y = frame.pixel(lon, lat)
        assert 0 <= x < width
        assert 0 <= y < height
        assert near(image, (x, top + y), housing)


def test_a_notice_shows_its_place_marked(client: Client) -> None:
    publish_layer("landuse", geometry=square(0.1))
    box = (112.99, 28.19, 113.01, 28.21)
    notice = published(
        title="某项目选址", place=box, place_text="示例路", source="示例市自然资源和规划局"
    )
    image = png(client, f"/map/notice/{notice.pk}.png")
    texts = Legend(
        "某项目选址", "示例路", "示审图〔2026〕001号", "2025-12-31", "示例市自然资源和规划局"
    )
    layout = Layout(1200, 630, texts)
    frame = around((112.99, 28.19, 113.01, 28.21), (112.9, 28.1, 113.1, 28.3), layout.map_size)
    x, y = frame.pixel(112.99, 28.2)
    found = [tuple(image.getpixel((x + dx, layout.top + y)))[:3] for dx in range(-8, 9)]
    assert (11, 63, 87) in found
    assert (255, 255, 255) in found
    assert client.get(f"/map/notice/{notice.pk + 1000}.png").status_code == 404
    hidden = submitted(place=box)
    assert client.get(f"/map/notice/{hidden.pk}.png").status_code == 404
    withdraw_version(notice, registrar(), "内容有误")
    assert client.get(f"/map/notice/{notice.pk}.png").status_code == 404


def test_a_notice_without_a_place_has_no_picture(client: Client) -> None:
    publish_layer("landuse")
    notice = published()
    assert client.get(f"/map/notice/{notice.pk}.png").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"c": ""},
        {"c": "1,2"},
        {"c": "nan,nan,nan"},
        {"c": "113,28,2"},
        {"c": "113,28,18"},
        {"c": "113,28,13", "m": "2,0,1,1"},
        {"w": "0"},
        {"w": "1201"},
        {"h": "199"},
        {"h": "1e3"},
        {"w": "-600"},
        {"w": "９００"},
        {"h": ""},
    ],
)
def test_a_query_that_makes_no_sense_is_refused_in_both_languages(
    client: Client, query: dict[str, str]
) -> None:
    publish_layer("landuse")
    response = client.get("/map/preview.png", query)
    assert response.status_code == 400
    chinese, english = response.content.decode().strip().split("\n")
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert english.isascii()
    assert response["Cache-Control"] == "no-store"


def test_sizes_up_to_the_limit_are_kept_to(client: Client) -> None:
    publish_layer("landuse")
    assert png(client, **HERE, w="1200", h="1200").size == (1200, 1200)
    assert png(client, **HERE, w="200", h="200").size == (200, 200)


def test_what_is_not_published_is_404(client: Client) -> None:
    assert client.get("/map/preview.png").status_code == 404
    publish_layer("landuse")
    for path in ("/map/preview.png", "/map/legend.png"):
        assert client.get(path, {"l": "nothing"}).status_code == 404


def test_an_unchanged_picture_is_not_sent_again(client: Client) -> None:
    publish_layer("landuse")
    first = client.get("/map/preview.png", HERE)
    again = client.get("/map/preview.png", HERE, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    english = client.get("/en/map/preview.png", HERE)
    assert english["ETag"] != first["ETag"]
    assert english.content != first.content
    assert "max-age=3600" in first["Cache-Control"]


def test_too_many_pictures_are_told_when_to_come_back(client: Client, settings: Settings) -> None:
    settings.RATE_LIMIT_LOOKUP = "2/m"
    publish_layer("landuse")
    for _number in range(2):
        assert client.get("/map/preview.png", HERE).status_code == 200
    assert client.get("/map/legend.png").status_code == 429
    assert client.get("/map/notice/1.png").status_code == 429
    assert client.post("/map/preview.png").status_code == 405


def test_a_picture_of_too_many_features_says_so(client: Client) -> None:
    publish_layer("landuse", geometry=square(0.2))
    complete = png(client, **HERE, l="landuse")
    release = Release.objects.get(layer_id="landuse")
    ReleaseFeature.objects.bulk_create(
        ReleaseFeature(
            release=release, number=number, dimension=0, geometry=CENTRE_POINT, properties={}
        )
        for number in range(2, MOST_FEATURES + 3)
    )
    cache.clear()
    crowded = png(client, **HERE, l="landuse")
    assert ink(crowded, (0, 550, 900, 630)) > ink(complete, (0, 550, 900, 630))


def test_the_legend_has_a_swatch_of_each_class_that_occurs(client: Client) -> None:
    publish_layer("landuse")
    image = png(client, "/map/legend.png", l="landuse").convert("RGB")
    colors = {pixel: count for count, pixel in image.getcolors(image.width * image.height)}
    assert colors[tuple(rgb(LANDUSE["0701"].color).tolist())] > 300
    assert tuple(rgb(LANDUSE["1401"].color).tolist()) not in colors
    assert ink(image, (0, 0, image.width, 70)) > 0.005


def test_a_legend_longer_than_the_picture_counts_what_is_left_out() -> None:
    swatches = [Swatch("#123456", f"类别{number}", "polygon") for number in range(400)]
    image = Image.open(io.BytesIO(legend_png([LegendGroup(swatches=swatches)], TEXTS)))
    assert max(image.size) <= 1300
    drawn = np.asarray(image.convert("RGB"), dtype=int)
    assert (abs(drawn - rgb("#123456")).sum(axis=2) == 0).sum() > 100 * 300


@pytest.mark.parametrize(
    ("metres", "bar"), [(0.4, 1), (7, 5), (19, 10), (2100, 2000), (9999, 5000)]
)
def test_the_scale_bar_has_a_round_length(metres: float, bar: int) -> None:
    assert round_length(metres) == bar


def test_a_metre_of_the_frame_is_a_metre_of_the_ground() -> None:
    frame = Frame(*CENTRE, 13, 1000, 500)
    west, _, east, _ = frame.bounds()
    _, _, ground = Geod(ellps="WGS84").inv(west, CENTRE[1], east, CENTRE[1])
    assert ground / 1000 == pytest.approx(frame.metres_per_pixel, rel=0.005)


def test_a_long_review_number_is_wrapped_and_never_cut() -> None:
    long = "；".join(f"示审图〔2026〕{number:03}号" for number in range(0, 60, 2))
    layout = Layout(600, 630, Legend("题", "", long, "", ""))
    assert "".join(line.text for line in layout.foot).startswith(f"审图号：{long}")
    assert all(line.width <= 600 for line in layout.foot)


@pytest.fixture
def no_font(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A machine whose only font is no font."""
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    settings.MAP_FONT = str(broken)
    fonts.font.cache_clear()
    fonts.find_font.cache_clear()
    yield
    fonts.font.cache_clear()
    fonts.find_font.cache_clear()


@pytest.mark.usefixtures("no_font")
def test_without_a_chinese_font_nothing_is_drawn_and_the_check_fails(client: Client) -> None:
    publish_layer("landuse")
    response = client.get("/map/preview.png", HERE)
    assert response.status_code == 503
    assert "PORTAL_FONT" not in response.content.decode()
    assert "font" in response.content.decode()
    problems = [check for check in run_checks(tags=["portal"]) if check.id == "portal.viewer.E001"]
    assert len(problems) == 1
    assert "fonts-noto-cjk" in (problems[0].hint or "")
    page = client.get("/map/").content.decode()
    assert "og:image" not in page, "no link to a picture that cannot be drawn"


def test_a_font_without_chinese_glyphs_is_not_used(tmp_path: Path) -> None:
    latin = Path(PIL.__file__).parent / "fonts"
    found = sorted(Path("/usr/share/fonts").rglob("DejaVuSans.ttf")) + sorted(latin.rglob("*.ttf"))
    if not found:
        pytest.skip("this machine has no Latin font to try")
    with pytest.raises(FontMissing):
        find_font(str(found[0]))


def test_the_font_of_this_machine_has_chinese_glyphs() -> None:
    path, _face = find_font("")
    assert path.is_file()
    assert not [check for check in run_checks(tags=["portal"]) if check.id == "portal.viewer.E001"]
