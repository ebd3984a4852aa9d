"""Text formats that are not UTF-8 (GeoJSON, CSV): recoded before GDAL sees them.

A GBK character may end in the byte of a backslash, so such a file cannot be parsed first and
decoded later.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from tiles.packages import text_encoding

_SUFFIXES = frozenset({".geojson", ".json", ".geojsonl", ".geojsons", ".topojson", ".csv"})
_CHUNK = 4 * 1024 * 1024
_MOST_LINES = 20_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Recoded:
    """``encoding``: what the file was recoded from, ``""`` = it was UTF-8 already.

    ``candidates`` is filled when the encoding could not be told; the file is then as it was.
    """

    encoding: str = ""
    candidates: tuple[str, ...] = ()


def recode_text_file(path: Path, stated: str) -> Recoded:
    """Rewrite ``path`` (a staged copy) as UTF-8. Raises ``UnicodeDecodeError`` if it is not
    of the ``stated`` encoding."""
    if path.suffix.lower() not in _SUFFIXES or not path.is_file():
        return Recoded()
    with path.open("rb") as stream:
        start = stream.read(4)
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    if not encoding and _is_valid(path, "utf-8"):
        return Recoded()
    encoding = encoding or text_encoding.codec_name(stated)
    if not encoding:
        verdict = text_encoding.detect(_telling_lines(path))
        if not verdict.encoding or verdict.encoding == text_encoding.UTF8:
            return Recoded(candidates=verdict.candidates or ("utf-8",))
        encoding = verdict.encoding
    _rewrite(path, encoding)
    return Recoded(encoding)


def _is_valid(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _telling_lines(path: Path) -> list[bytes]:
    """Pieces between ASCII marks, so that one long line of JSON does not have to be one sample."""
    found: list[bytes] = []
    with path.open("rb") as stream:
        for line in stream:
            found.extend(piece for piece in line.split(b'"') if not piece.isascii())
            if len(found) > _MOST_LINES:
                break
    return found


def _rewrite(path: Path, encoding: str) -> None:
    target = path.with_name(path.name + ".utf8")
    with (
        path.open(encoding=encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as stream,
    ):
        while chunk := source.read(_CHUNK):
            stream.write(chunk)
    target.replace(path)
