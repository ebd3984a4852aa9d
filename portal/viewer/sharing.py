"""The picture that stands beside a shared link (Open Graph)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from portal.viewer.picture_query import BadFrame, parse_frame
from portal.viewer.raster.font import FontMissing, find_font
from portal.viewer.raster.sheet import HEIGHT, WIDTH

NARROW = (400, 420)
"""Size in pixels of the picture on a phone."""


@dataclass(frozen=True)
class SharedPicture:
    """Paths of a picture on this site, and what it shows."""

    image: str
    alt: str
    width: int = WIDTH
    height: int = HEIGHT
    narrow_width: int = NARROW[0]
    narrow_height: int = NARROW[1]

    @property
    def narrow(self) -> str:
        """The same for a narrow screen, with larger letters."""
        mark = "&" if "?" in self.image else "?"
        return f"{self.image}{mark}w={self.narrow_width}&h={self.narrow_height}"


def pictures_can_be_drawn() -> bool:
    """Whether this machine has the font; the system check says so when it has not."""
    try:
        find_font(settings.MAP_FONT)
    except FontMissing:
        return False
    return True


def map_picture(
    alt: str, codes: Sequence[str] = (), query: QueryDict | None = None
) -> SharedPicture | None:
    """The picture of the map with these layers, or as a shared address shows it.

    None where no picture can be drawn.
    """
    if not pictures_can_be_drawn():
        return None
    shown = {"l": ",".join(codes)} if codes else _shared(query or QueryDict())
    wanted = f"?{urlencode(shown, safe=',')}" if shown else ""
    return SharedPicture(f"{reverse('viewer:map_png')}{wanted}", alt)


def notice_picture(notice: int, alt: str) -> SharedPicture | None:
    """The picture of a notice's place; None where none can be drawn."""
    if not pictures_can_be_drawn():
        return None
    return SharedPicture(reverse("viewer:notice_png", args=[notice]), alt)


def _shared(query: QueryDict) -> dict[str, str]:
    """Place and layers of a shared address of the map, where they make sense."""
    try:
        frame = parse_frame(query, lowest=3)
    except BadFrame:
        return {}
    wanted = {"c": f"{frame.lon:g},{frame.lat:g},{frame.zoom:g}"}
    layers = query.get("l", "")
    return wanted | ({"l": layers} if layers else {})
