"""Pinyin of Chinese names, so that ``shilishi`` and ``sls`` find 示例市."""

from __future__ import annotations

from dataclasses import dataclass

from pypinyin import Style, lazy_pinyin


@dataclass(frozen=True)
class Pinyin:
    """``full``: syllables without tones, joined; ``initials``: the first letter of each syllable."""

    full: str
    initials: str


def pinyin_of(text: str) -> Pinyin:
    """Pinyin of a name; letters and digits stand as they are, in lower case."""
    syllables = lazy_pinyin(text, style=Style.NORMAL, errors="default", v_to_u=False)
    kept = ["".join(sign for sign in syllable.lower() if sign.isalnum()) for syllable in syllables]
    return Pinyin("".join(kept), "".join(syllable[:1] for syllable in kept))
