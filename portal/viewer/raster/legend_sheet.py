"""The legend of layers as a PNG sheet (图例)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from portal.viewer.legend import LegendGroup, Swatch
from portal.viewer.raster.lettering import INK, SOFT, Line, cut, wrapped
from portal.viewer.raster.sheet import LARGEST, Legend, as_png

MARGIN = 28
COLUMN = 286
GAP = 24
TEXT = 17
SWATCH = (30, 18)
_EDGE = (120, 130, 138)


@dataclass(frozen=True)
class Block:
    """Lines that stay together in one column: a heading, or one sign with its label."""

    lines: Sequence[Line]
    swatch: Swatch | None = None

    @property
    def height(self) -> int:
        return sum(line.height for line in self.lines) + (8 if self.swatch is None else 5)


def legend_png(groups: Sequence[LegendGroup], texts: Legend) -> bytes:
    """Draw the groups in as few columns as fit; what does not fit is counted in a last line."""
    columns, left_out = _columns(list(_blocks(groups)))
    width = max(2, len(columns)) * (COLUMN + GAP) - GAP + 2 * MARGIN
    inner = width - 2 * MARGIN
    title = cut(Line(_("图例") + f"　{texts.title}", 26, INK, strong=True), inner)
    foot = _foot(texts, left_out, inner)
    body = max((sum(block.height for block in column) for column in columns), default=0)
    top = MARGIN + title.height + 10
    height = top + body + 12 + sum(line.height for line in foot) + MARGIN
    image = Image.new("RGB", (width, height), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    title.draw(pen, MARGIN, MARGIN)
    for number, column in enumerate(columns):
        _draw_column(pen, column, MARGIN + number * (COLUMN + GAP), top)
    y = float(top + body + 12)
    for line in foot:
        line.draw(pen, MARGIN, y)
        y += line.height
    return as_png(image, texts)


def _blocks(groups: Sequence[LegendGroup]) -> Iterator[Block]:
    room = COLUMN - SWATCH[0] - 12
    for group in groups:
        if group.title:
            yield Block(wrapped(Line(group.title, TEXT, INK, strong=True), COLUMN))
        for swatch in group.swatches:
            yield Block(wrapped(Line(swatch.label, TEXT), room), swatch)


def _columns(blocks: list[Block]) -> tuple[list[list[Block]], int]:
    """Blocks in columns of about equal height within the limits, and how many did not fit."""
    most_columns = (LARGEST - 2 * MARGIN + GAP) // (COLUMN + GAP)
    tallest = LARGEST - 260
    total = sum(block.height for block in blocks)
    wanted = min(most_columns, max(1, -(-total // 560)))
    limit = min(tallest, max(total // wanted + 70, 60))
    columns: list[list[Block]] = [[]]
    for number, block in enumerate(blocks):
        used = sum(item.height for item in columns[-1])
        # A heading never stands alone at the foot of a column.
        needed = block.height + (40 if block.swatch is None else 0)
        if columns[-1] and used + needed > limit:
            if len(columns) == most_columns:
                return columns, sum(item.swatch is not None for item in blocks[number:])
            columns.append([])
        columns[-1].append(block)
    return columns, 0


def _foot(texts: Legend, left_out: int, width: int) -> list[Line]:
    facts = [
        _("另有 %(number)d 类未列出") % {"number": left_out} if left_out else "",
        texts.dated,
        texts.source,
    ]
    return wrapped(Line(texts.reviewed, 17, INK, strong=True), width) + wrapped(
        Line("　".join(fact for fact in facts if fact), 15, SOFT), width
    )


def _draw_column(pen: ImageDraw.ImageDraw, blocks: Sequence[Block], x: int, y: float) -> None:
    for block in blocks:
        start = x
        if block.swatch is not None:
            _draw_swatch(pen, block.swatch, x, y + (block.lines[0].height - SWATCH[1]) / 2)
            start = x + SWATCH[0] + 12
        below = y + (6 if block.swatch is None else 0)
        for line in block.lines:
            line.draw(pen, start, below)
            below += line.height
        y += block.height


def _draw_swatch(pen: ImageDraw.ImageDraw, swatch: Swatch, x: float, y: float) -> None:
    width, height = SWATCH
    middle = y + height / 2
    if swatch.geometry == "line":
        pen.line((x, middle, x + width, middle), fill=swatch.color, width=4)
    elif swatch.geometry == "point":
        box = (x + width / 2 - 7, middle - 7, x + width / 2 + 7, middle + 7)
        pen.ellipse(box, fill=swatch.color, outline=_EDGE)
    else:
        pen.rectangle((x, y, x + width, y + height), fill=swatch.color, outline=_EDGE)
