"""Pairs of neighbouring characters (二元组), the tokens of the index: every two-character word hits."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from portal.core.text.normalise import is_han

_ALPHANUMERIC = re.compile(r"[a-z0-9]+(?:[.\-/][a-z0-9]+)*")
_SEPARATOR = "\n"
# Rare characters beyond the basic plane share a range; a shared code may only find too much.
_BASIC_PLANE = 0x10000
_PRIVATE_USE, _PRIVATE_SIZE = 0xE000, 0x1900


def pairs(text: str) -> list[str]:
    """The pairs of a normalised text in order, within runs of Chinese characters."""
    return [
        text[at : at + 2]
        for at in range(len(text) - 1)
        if is_han(text[at]) and is_han(text[at + 1])
    ]


def latin_tokens(text: str) -> list[str]:
    """Words and numbers in Latin signs: ``far``, ``2035``, ``gb/t`` with its parts."""
    found = []
    for token in _ALPHANUMERIC.findall(text):
        found.append(token[:40])
        if not token.isalnum():
            found.extend(re.findall(r"[a-z0-9]+", token))
    return found


def pair_codes(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The pairs of many normalised texts at once.

    Returns two arrays of one length: the code of each pair (see ``pair_of``), and the position in
    ``texts`` of the text that it stands in.
    """
    joined = _SEPARATOR.join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32).copy()
    beyond = codes >= _BASIC_PLANE
    codes[beyond] = _PRIVATE_USE + codes[beyond] % _PRIVATE_SIZE
    lengths = np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))
    owner = np.repeat(np.arange(len(texts)), lengths)[: len(codes)]
    han = ((codes >= 0x4E00) & (codes <= 0x9FFF)) | ((codes >= 0x3400) & (codes <= 0x4DBF))
    both = np.flatnonzero(han[:-1] & han[1:])
    return (codes[both] << np.uint32(16)) | codes[both + 1], owner[both]


def pair_of(code: int) -> str:
    """The two characters of a code of ``pair_codes``."""
    return chr(code >> 16) + chr(code & 0xFFFF)
