"""Small files that ask for hours or gigabytes of whoever opens them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence

from PIL import Image

A_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"


def pages_packed_away(pages: int, unpacked: int) -> bytes:
    """A PDF each of whose pages lies in an object stream that unpacks to so many bytes."""
    numbers = range(10, 10 + pages)
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: _page_tree(numbers)}
    for number in numbers:
        head = b"%d 0 " % number
        content = zlib.compress(head + A_PAGE + b" " * unpacked, 9)
        keys = b"/Type/ObjStm/N 1/First %d/Filter/FlateDecode" % len(head)
        objects[number + pages] = _stream(keys, content)
    return _with_reference_stream(objects, {number: number + pages for number in numbers})


def contents_without_end(pages: int, unpacked: int) -> bytes:
    """A PDF all of whose pages share contents that unpack to so many bytes each time."""
    page = A_PAGE.replace(b"/Type", b"/Resources<<>>/Contents 3 0 R/Type", 1)
    numbers = range(4, 4 + pages)
    contents = zlib.compress(b"0 0 m " * (unpacked // 6), 9)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: _page_tree(numbers),
        3: _stream(b"/Filter/FlateDecode", contents),
    }
    return _with_reference_stream(objects | dict.fromkeys(numbers, page), {})


def wide_picture(side: int) -> bytes:
    """A PNG of one colour, small on the disk."""
    file = io.BytesIO()
    Image.new("1", (side, side)).save(file, "PNG")
    return file.getvalue()


def _page_tree(numbers: Sequence[int]) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    return b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(numbers), kids)


def _stream(keys: bytes, content: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (keys, len(content), content)


def _with_reference_stream(objects: Mapping[int, bytes], packed: Mapping[int, int]) -> bytes:
    """The file; ``packed``: number of an object -> number of the stream that holds it."""
    file = io.BytesIO()
    file.write(b"%PDF-1.7\n")
    rows = dict.fromkeys(range(max(objects) + 2), (0, 0))
    for number, content in objects.items():
        rows[number] = (1, file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    rows |= {number: (2, holder) for number, holder in packed.items()}
    last, start = len(rows) - 1, file.tell()
    rows[last] = (1, start)
    table = b"".join(bytes([kind]) + where.to_bytes(5, "big") for kind, where in rows.values())
    keys = b"/Type/XRef/Size %d/W[1 5 0]/Root 1 0 R" % len(rows)
    file.write(b"%d 0 obj\n%s\nendobj\n" % (last, _stream(keys, table)))
    file.write(b"startxref\n%d\n%%%%EOF" % start)
    return file.getvalue()
