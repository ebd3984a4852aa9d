"""Titles of regulations as people say them: 《中华人民共和国土地管理法》 is 土地管理法."""

from __future__ import annotations

import re

from portal.core.text.normalise import normalise

_NATION = "中华人民共和国"
_QUOTES = str.maketrans("", "", "《》〈〉<>「」\"'")
_TAIL = re.compile(
    r"[(（](?:\d{4}|试行|暂行|修订|修正|草案|[一二三四五六七八九十]+次).{0,24}[)）]$"
)


def short_title(title: str) -> str:
    """The title without the nation's name, quotation marks and a version in brackets at its end."""
    plain = title.strip().translate(_QUOTES)
    plain = _TAIL.sub("", plain).strip()
    if plain.startswith(_NATION) and len(plain) > len(_NATION) + 1:
        plain = plain.removeprefix(_NATION)
    return plain or title.strip()


def title_key(title: str) -> str:
    """The form in which two spellings of one title are the same."""
    return "".join(sign for sign in normalise(short_title(title)) if sign.isalnum())
