"""Text on pictures: measured, wrapped, drawn."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import ImageDraw

from portal.viewer.raster.font import font

INK = (34, 49, 63)
SOFT = (84, 98, 110)


@dataclass(frozen=True)
class Line:
    """One line of text at a size in pixels."""

    text: str
    size: int
    color: tuple[int, int, int] = INK
    strong: bool = False

    @property
    def height(self) -> int:
        """Height with the space to the next line."""
        return round(self.size * 1.45)

    @property
    def width(self) -> float:
        """Width in pixels."""
        return float(font(self.size).getlength(self.text))

    def draw(self, pen: ImageDraw.ImageDraw, x: float, y: float) -> None:
        """Draw with the top left of the line's box at (x, y)."""
        # The font has one weight here: a thin stroke of the same colour makes it strong.
        stroke = 0.4 if self.strong else 0
        pen.text(
            # Chinese glyphs fill the em box from 0.12 below the base line to 0.88 above it.
            (x, y + self.height / 2 + self.size * 0.38),
            self.text,
            fill=self.color,
            font=font(self.size),
            stroke_width=stroke,
            anchor="ls",
        )


def wrapped(line: Line, width: float) -> list[Line]:
    """The line in as many as fit ``width``; between Chinese characters any place will do."""
    lines, start = [], 0
    text = line.text
    while start < len(text):
        end = _fitting(text, start, line.size, width)
        lines.append(Line(text[start:end].strip(), line.size, line.color, line.strong))
        start = end
    return [part for part in lines if part.text]


def cut(line: Line, width: float) -> Line:
    """The line, its end replaced by ``…`` where it is too long for ``width``."""
    if line.width <= width:
        return line
    text = line.text
    while text and Line(f"{text}…", line.size).width > width:
        text = text[:-1]
    return Line(f"{text.rstrip()}…", line.size, line.color, line.strong)


def _fitting(text: str, start: int, size: int, width: float) -> int:
    """The end of the piece from ``start`` that fits; words and numbers stay whole if they can."""
    end = start + 1
    while end < len(text) and font(size).getlength(text[start : end + 1]) <= width:
        end += 1
    whole = end
    while start < whole < len(text) and _joined(text[whole - 1], text[whole]):
        whole -= 1
    return whole if whole > start else end


def _joined(before: str, after: str) -> bool:
    """Whether two characters belong to one word, or to one run of numbers such as 005—006."""
    return all(
        (character.isascii() and character.isalnum()) or character in "—-"
        for character in (before, after)
    )
