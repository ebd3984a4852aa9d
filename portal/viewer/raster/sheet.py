"""A finished sheet: the map with title, north arrow, scale bar, review number and source."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from portal.viewer.raster.lettering import INK, SOFT, Line, cut, wrapped

SMALLEST = 200
LARGEST = 1200
"""Limits of width and height in pixels."""

WIDTH, HEIGHT = 1200, 630
"""The size in which pages that link here show a picture."""

REVIEW_KEY = "Review Number"
"""Keyword of the PNG's text chunk that holds the review number (审图号)."""

_WHITE = (255, 255, 255)
_RULE = (203, 209, 214)
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Legend:
    """What stands around a map. ``review_line`` may be empty, never forgotten."""

    title: str
    subtitle: str
    review_line: str
    data_date: str
    source: str
    note: str = ""

    @property
    def reviewed(self) -> str:
        """The review number with its name; that there is none is said, too."""
        return _("审图号：") + (self.review_line or _("无"))

    @property
    def dated(self) -> str:
        """The date of the data with its name; empty where it is not known."""
        return _("数据日期：") + self.data_date if self.data_date else ""


@dataclass(frozen=True)
class Layout:
    """Where title, map and foot lie on a sheet of ``width`` x ``height`` pixels."""

    width: int
    height: int
    texts: Legend

    @property
    def _unit(self) -> float:
        """Texts grow with the sheet, within what can be read."""
        return min(1.0, max(0.65, self.width / WIDTH))

    @property
    def margin(self) -> int:
        return round(24 * self._unit)

    @property
    def title(self) -> Line:
        line = Line(self.texts.title, round(30 * self._unit), INK, strong=True)
        return cut(line, self.width - 2 * self.margin)

    @property
    def subtitle(self) -> Line:
        line = Line(self.texts.subtitle, round(19 * self._unit), SOFT)
        return cut(line, self.width - 2 * self.margin)

    @property
    def top(self) -> int:
        """Height of the title's band."""
        below = self.subtitle.height if self.texts.subtitle else 0
        return self.title.height + below + round(self.margin * 0.7)

    @property
    def foot(self) -> list[Line]:
        """The lines at the lower left: the review number first, never cut."""
        size = round(20 * self._unit)
        room = self.width - 2 * self.margin - self._scale_room
        facts = [
            self.texts.dated,
            self.texts.source,
            _("仅供参考，不作为法律依据"),
            self.texts.note,
        ]
        lines = wrapped(Line(self.texts.reviewed, size, INK, strong=True), room)
        text = "　".join(fact for fact in facts if fact)
        return lines + wrapped(Line(text, round(size * 0.82), SOFT), room)

    @property
    def _scale_room(self) -> int:
        return round(210 * self._unit)

    @property
    def bottom(self) -> int:
        """Height of the foot's band."""
        return sum(line.height for line in self.foot) + round(self.margin * 0.8)

    @property
    def map_size(self) -> tuple[int, int]:
        """Width and height of the map itself."""
        return self.width, max(40, self.height - self.top - self.bottom)

    def sheet(self, picture: Image.Image, metres_per_pixel: float) -> Image.Image:
        """The whole sheet around a map of ``map_size``."""
        image = Image.new("RGB", (self.width, self.height), _WHITE)
        image.paste(picture, (0, self.top))
        pen = ImageDraw.Draw(image)
        edge = self.top + picture.height
        for y in (self.top, edge):
            pen.line((0, y, self.width, y), fill=_RULE)
        y = round(self.margin * 0.35)
        self.title.draw(pen, self.margin, y)
        if self.texts.subtitle:
            self.subtitle.draw(pen, self.margin, y + self.title.height)
        self._north(image)
        y = edge + round(self.margin * 0.4)
        for line in self.foot:
            line.draw(pen, self.margin, y)
            y += line.height
        self._scale_bar(pen, edge, metres_per_pixel)
        return image

    def _north(self, image: Image.Image) -> None:
        """The arrow to the north: up, as always on this map."""
        size = round(46 * self._unit)
        plate = Image.new("RGBA", (size * 4, size * 5), (0, 0, 0, 0))
        pen = ImageDraw.Draw(plate)
        middle, top, base = size * 2, round(size * 0.5), round(size * 2.9)
        half = round(size * 0.62)
        notch = round(size * 2.3)
        pen.rounded_rectangle((size * 0.6, 0, size * 3.4, size * 4.9), size // 2, (*_WHITE, 215))
        pen.polygon([(middle, top), (middle - half, base), (middle, notch)], fill=(*INK, 255))
        pen.polygon(
            [(middle, top), (middle + half, base), (middle, notch)],
            fill=(*_WHITE, 255),
            outline=(*INK, 255),
            width=4,
        )
        letter = Line(_("北"), round(size * 1.25), INK, strong=True)
        letter.draw(pen, middle - letter.width / 2, size * 2.95)
        small = plate.reduce(4)
        at = (self.width - small.width - self.margin // 2, self.top + self.margin // 2)
        image.paste(small, at, small)

    def _scale_bar(self, pen: ImageDraw.ImageDraw, edge: int, metres_per_pixel: float) -> None:
        """A bar of a round length at the lower right."""
        metres = round_length(metres_per_pixel * self._scale_room * 0.8)
        length = metres / metres_per_pixel
        right = self.width - self.margin
        left, size = right - length, round(18 * self._unit)
        label = Line(shown_length(metres), size)
        y = edge + round(self.margin * 0.4)
        label.draw(pen, right - length / 2 - label.width / 2, y)
        y += label.height + 2
        high = max(4, round(6 * self._unit))
        pen.rectangle((left, y, right, y + high), fill=_WHITE, outline=INK)
        pen.rectangle((left, y, left + length / 2, y + high), fill=INK)


def round_length(metres: float) -> int:
    """The largest 1, 2 or 5 times a power of ten that is no longer than ``metres``, at least 1."""
    power = int(10 ** max(0, math.floor(math.log10(max(metres, 1.0)))))
    return max(step * power for step in _STEPS if step * power <= max(metres, 1.0))


def shown_length(metres: int) -> str:
    """A length for the reader."""
    if metres >= 1000:
        return _("%(number)d 公里") % {"number": metres // 1000}
    return _("%(number)d 米") % {"number": metres}


def as_png(image: Image.Image, texts: Legend) -> bytes:
    """PNG with the review number, the title and the source in its text chunks too."""
    info = PngInfo()
    for keyword, text in (
        (REVIEW_KEY, texts.review_line),
        ("Title", texts.title),
        ("Source", texts.source),
    ):
        info.add_text(keyword, text)
    stream = io.BytesIO()
    image.save(stream, "PNG", pnginfo=info, compress_level=6)
    return stream.getvalue()
