"""Names of regulations: how they are told apart, cited and put into addresses."""

from __future__ import annotations

import re
import unicodedata

from portal.core.text.pinyin import pinyin_of

STATE = "中华人民共和国"
_MARKS = str.maketrans("", "", "《》〈〉<>“”\"'‘’·•、，,。.：:；;（）()〔〕[]【】—-–－")
_SLUG_LENGTH = 60


def name_key(title: str) -> str:
    """What two spellings of one title share: no state's name, spaces, brackets or marks.

    （试行） stays a part of the name: a trial text is a regulation of its own.
    """
    folded = "".join(unicodedata.normalize("NFKC", title).split())
    return folded.replace(STATE, "").translate(_MARKS).lower()


def short_name(title: str) -> str:
    """The title as other texts cite it: 中华人民共和国城乡规划法 -> 城乡规划法."""
    return title.removeprefix(STATE)


def slug_base(title: str) -> str:
    """The address of a regulation, from its pinyin; long titles keep the initials of their tail."""
    name = re.sub(r"[^\w]", "", short_name(title))
    spelled = pinyin_of(name)
    if len(spelled.full) <= _SLUG_LENGTH:
        return spelled.full or "text"
    return spelled.initials[:_SLUG_LENGTH]
