"""What a query asks a picture to show."""

from __future__ import annotations

import re

from django.http import HttpResponse, QueryDict

from portal.core.map_link import Bounds
from portal.viewer.picture import HEIGHT, WIDTH, Frame, Mark, mark
from tiles.desensitise.errors import Refusal
from tiles.releases.models import Layer, Release

AROUND = 1.2
"""Zoom levels by which a place's picture shows more than the place itself."""

_WHOLE = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


class BadFrame(Refusal):
    """The query does not say which piece of the map to draw."""

    code = "bad_frame"


def refusal_response(problem: Refusal, status: int) -> HttpResponse:
    """A refusal for a reader who asked for a picture: plain text in both languages."""
    text = f"{problem.zh}\n{problem.en}\n"
    response = HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
    response["Cache-Control"] = "no-store"
    return response


def parse_frame(
    query: QueryDict, lowest: float = 9, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> Frame:
    """Read ``?c=lon,lat,zoom``, rounded so that near-by requests share one picture.

    ``lowest``: the smallest zoom; ``size``: width and height in pixels. Raises ``BadFrame``.
    """
    try:
        lon, lat, zoom = (float(part) for part in query.get("c", "").split(","))
    except ValueError as problem:
        raise BadFrame("需要 c=经度,纬度,级别", "c=lon,lat,zoom is needed") from problem
    if not (-180 <= lon <= 180 and -85 <= lat <= 85 and lowest <= zoom <= 17):
        raise BadFrame("c 超出地图范围", "c is outside the map")
    return Frame(round(lon, 4), round(lat, 4), round(zoom, 1), *size)


def parse_box(query: QueryDict) -> Bounds | None:
    """Read ``?m=west,south,east,north``: the place that the picture is about; None without it.

    Raises ``BadFrame``.
    """
    if "m" not in query:
        return None
    try:
        west, south, east, north = (float(part) for part in query.get("m", "").split(","))
    except ValueError as problem:
        raise BadFrame("需要 m=西,南,东,北", "m=west,south,east,north is needed") from problem
    if not (-180 <= west <= east <= 180 and -85 <= south <= north <= 85):
        raise BadFrame("m 不是以度为单位的范围", "m is no box in degrees")
    return (west, south, east, north)


def parse_mark(query: QueryDict, frame: Frame) -> Mark | None:
    """The marked place of ``?m=`` in pixels of ``frame``. Raises ``BadFrame``."""
    box = parse_box(query)
    return None if box is None else mark(frame, box)


def parse_size(
    query: QueryDict, usual: tuple[int, int], smallest: int, largest: int
) -> tuple[int, int]:
    """Read ``?w=&h=``, whole pixels within the limits. Raises ``BadFrame``."""
    texts = [query.get(name, str(value)) for name, value in zip("wh", usual, strict=True)]
    if not all(_WHOLE.fullmatch(text) for text in texts):
        raise BadFrame("w 与 h 应为像素数", "w and h are whole numbers of pixels")
    width, height = (int(text) for text in texts)
    if not (smallest <= width <= largest and smallest <= height <= largest):
        raise BadFrame(
            f"w 与 h 应在 {smallest} 至 {largest} 之间",
            f"w and h must lie between {smallest} and {largest}",
        )
    return width, height


def chosen_releases(query: QueryDict) -> list[Release]:
    """The releases of ``?l=code,code``, or those that are visible when the map opens."""
    return releases_of(set(filter(None, query.get("l", "").split(","))))


def releases_of(codes: set[str]) -> list[Release]:
    """The releases in force of these layers, bottom of the map first; of none: the visible ones."""
    releases = [layer.current for layer in Layer.objects.published() if layer.current]
    return [
        release
        for release in releases
        if (release.layer_id in codes if codes else release.profile["layer"].get("visible", True))
    ]
