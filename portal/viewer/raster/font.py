"""The font of the pictures: one of this machine's that really has Chinese glyphs.

Without it nothing is drawn: a picture whose review number is a row of empty boxes must not leave
the portal.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont

from tiles.desensitise.errors import Refusal

SAMPLE = "审图号〔〕—；示规划用地"
"""Characters that a fit font has."""

_ABSENT = "\uffff"
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
_FILES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC*.[ot]tf",
    "SourceHanSans*Regular.[ot]t[cf]",
    "PingFang.ttc",
    "msyh.ttc",
    "wqy-*.ttc",
    "DroidSansFallback*.ttf",
)
_MOST_FACES = 12


class FontMissing(Refusal):
    """No font with Chinese glyphs: no picture is drawn."""

    code = "font_missing"


@lru_cache(maxsize=32)
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font at ``size`` pixels. Raises ``FontMissing``."""
    path, face = find_font(settings.MAP_FONT)
    return ImageFont.truetype(str(path), size, index=face)


@lru_cache(maxsize=4)
def find_font(named: str) -> tuple[Path, int]:
    """File and face of a font with Chinese glyphs; ``named`` is a file, or ``""`` for any.

    Raises ``FontMissing``.
    """
    for path in [Path(named)] if named else _installed():
        faces = [face for face, name in _faces(path) if _covers(path, face)]
        # A collection has one face a language, whose glyphs differ: the one of the mainland.
        simplified = [face for face, name in _faces(path) if face in faces and "SC" in name.split()]
        if faces:
            return path, (simplified or faces)[0]
    raise FontMissing(
        f"{named} 不是含汉字的字体" if named else "本机没有含汉字的字体，不能绘制地图图片",
        f"{named} is no font with Chinese glyphs"
        if named
        else "this machine has no font with Chinese glyphs, so no map picture can be drawn",
        mend_zh="安装 fonts-noto-cjk，或用环境变量 PORTAL_FONT 指定字体文件",
        mend_en="install fonts-noto-cjk, or name a font file in the variable PORTAL_FONT",
    )


def _installed() -> Iterator[Path]:
    for pattern in _FILES:
        for folder in _FOLDERS:
            yield from sorted(Path(folder).rglob(pattern))


def _faces(path: Path) -> list[tuple[int, str]]:
    """Number and family name of each face of a font file; none where it is no font."""
    found: list[tuple[int, str]] = []
    for face in range(_MOST_FACES):
        try:
            found.append((face, str(ImageFont.truetype(str(path), 16, index=face).getname()[0])))
        except OSError:  # no such face, or no font
            break
    return found


def _covers(path: Path, face: int) -> bool:
    """Whether no character of ``SAMPLE`` is drawn as the sign for a missing glyph."""
    tried = ImageFont.truetype(str(path), 24, index=face)
    missing = bytes(tried.getmask(_ABSENT))
    return all(bytes(tried.getmask(character)) != missing for character in SAMPLE)
