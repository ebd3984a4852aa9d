"""Pages of documents, measured and joined to one PDF. Runs in a child; no Django here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter

MOST_PAGES = 600
MOST_PIXELS = 60_000_000
"""A picture of A2 at 300 dpi has 35 million."""

MOST_CONTENT_BYTES = 256 * 1024 * 1024
"""Of the contents of all pages, unpacked: a few bytes may unpack to gigabytes."""

LONGEST_SIDE = 14_400
"""Points, by the PDF reference."""

FRONT, JOINED = "front.pdf", "joined.pdf"


class TooMuch(Exception):
    """A document has too many pages, or its pages are too large."""


def page_sizes(path: Path) -> list[tuple[float, float]]:
    """Width and height of each page in points, as it is read. Raises ``TooMuch``."""
    reader = PdfReader(path)
    if len(reader.pages) > MOST_PAGES:
        raise TooMuch
    writer, sizes, unpacked = PdfWriter(), [], 0
    for page in reader.pages:
        contents = page.get_contents()
        unpacked += len(contents.get_data()) if contents is not None else 0
        added = _added(writer, page)
        width, height = float(added.mediabox.width), float(added.mediabox.height)
        if unpacked > MOST_CONTENT_BYTES or not 0 < max(width, height) <= LONGEST_SIDE:
            raise TooMuch
        sizes.append((width, height))
    return sizes


def picture_size(path: Path) -> list[tuple[float, float]]:
    """Width and height of a picture in pixels. Raises ``TooMuch``."""
    with Image.open(path, formats=["PNG", "JPEG"]) as image:
        width, height = image.size
    if width * height > MOST_PIXELS:
        raise TooMuch
    return [(float(width), float(height))]


def join(folder: Path, titles: list[str]) -> None:
    """``front.pdf``, then ``0.pdf`` with the stamps of ``0-stamps.pdf`` and so on."""
    writer = PdfWriter(clone_from=folder / FRONT)
    for number, title in enumerate(titles):
        first = len(writer.pages)
        stamps = PdfReader(folder / f"{number}-stamps.pdf").pages
        for page, stamp in zip(PdfReader(folder / f"{number}.pdf").pages, stamps, strict=True):
            _added(writer, page)
            added = writer.pages[-1]
            left, bottom = float(added.mediabox.left), float(added.mediabox.bottom)
            added.merge_translated_page(stamp, left, bottom)
        writer.add_outline_item(title=title, page_number=first)
    with (folder / JOINED).open("wb") as file:
        writer.write(file)


def _added(writer: PdfWriter, page: Any) -> Any:
    added = writer.add_page(page)
    if added.rotation:
        added.transfer_rotation_to_content()
    return added
