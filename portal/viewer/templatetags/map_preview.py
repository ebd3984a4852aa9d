"""A map that opens on tap, for pages of other apps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import template
from django.urls import reverse

from portal.core.map_link import Bounds, centre_of, map_link, zoom_for
from portal.viewer.layers import MapLayer, common_bounds, published_layers
from portal.viewer.picture import HEIGHT, WIDTH
from portal.viewer.picture_query import AROUND
from portal.viewer.review_numbers import review_line
from portal.viewer.sharing import SharedPicture, notice_picture
from portal.viewer.views import script_configuration
from tiles.releases.models import Layer

register = template.Library()

CLOSER = 2.5
"""Zoom levels by which the city's picture is closer than its whole extent."""


@dataclass(frozen=True)
class Preview:
    """A still picture and the map that it opens."""

    image: str
    link: str
    width: int
    height: int
    review_line: str
    data_date: str
    configuration: dict[str, Any]


def _preview(
    layers: list[MapLayer], bounds: Bounds, zoom: float, codes: Sequence[str], link: str
) -> Preview:
    lon, lat = centre_of(bounds)
    shown = [layer for layer in layers if (layer.code in codes if codes else layer.visible)]
    query = f"c={lon:.4f},{lat:.4f},{min(max(zoom, 9), 17):.1f}"
    query += f"&l={','.join(codes)}" if codes else ""
    return Preview(
        image=f"{reverse('viewer:preview')}?{query}",
        link=link,
        width=WIDTH,
        height=HEIGHT,
        review_line=review_line(layer.review_number for layer in shown),
        data_date=max((layer.data_date for layer in shown), default=""),
        configuration=script_configuration(layers)
        | {"bounds": bounds, "zoom": zoom, "shown": [layer.code for layer in shown]},
    )


@register.simple_tag
def city_preview() -> Preview | None:
    """The middle of everything published; None before the first release."""
    published = published_layers()
    bounds = common_bounds(published)
    if bounds is None:
        return None
    return _preview(published, bounds, zoom_for(bounds) + CLOSER, (), reverse("viewer:map"))


@register.simple_tag
def place_preview(bounds: Bounds, layers: Sequence[Any]) -> Preview | None:
    """A place with ``layers`` (or the usual ones); None before the first release."""
    codes = [layer.code for layer in layers]
    published = published_layers()
    if not published:
        return None
    link = map_link(bounds, codes)
    preview = _preview(published, bounds, zoom_for(bounds) - AROUND, codes, link)
    box = ",".join(f"{edge:.5f}" for edge in bounds)
    marked = preview.configuration | {"marked": True}
    return replace(preview, image=f"{preview.image}&m={box}", configuration=marked)


@register.simple_tag
def picture_of_notice(notice: int, alt: str) -> SharedPicture | None:
    """The picture of a notice's place for sharing; None before the first release."""
    return notice_picture(notice, alt) if Layer.objects.published().exists() else None
