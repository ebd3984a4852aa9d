"""One form for signs that readers take for the same, without changing any position."""

from __future__ import annotations

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ALIKE = {
    **_FULL_WIDTH,
    0x3000: 0x20,  # ideographic space
    ord("〇"): ord("零"),
    ord("“"): ord('"'),
    ord("”"): ord('"'),
    ord("﹪"): ord("%"),
    ord("㎡"): ord("m"),
    0: 0x20,
}


def normalise(text: str) -> str:
    """Half-width and lower-case; sign ``i`` of the result stands for sign ``i`` of ``text``."""
    narrow = text.translate(_ALIKE)
    lowered = narrow.lower()
    if len(lowered) == len(narrow):
        return lowered
    return "".join(low if len(low := sign.lower()) == 1 else sign for sign in narrow)


def is_han(sign: str) -> bool:
    """Whether a sign is a Chinese character of the basic plane."""
    return "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf"
