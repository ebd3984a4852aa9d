"""Gists of articles (条旨) that come with the software: what an article is on, and how people ask.

``gists.tsv`` names an article by a digest of its wording, so that a gist never stands at a text that
it was not written for: an amended article has none until somebody writes it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.core.text.normalise import normalise

FILE = Path(__file__).with_name("gists.tsv")
LONGEST_GIST, LONGEST_ASKED = 60, 200


@dataclass(frozen=True, slots=True)
class Gist:
    """``text``: the subject as a noun phrase; ``asked``: everyday questions, separated by 、."""

    text: str = ""
    asked: str = ""


NO_GIST = Gist()


def wording(text: str) -> str:
    """16 hexadecimal digits of the letters and digits of a text: layout and punctuation do not count."""
    letters = "".join(sign for sign in normalise(text) if sign.isalnum())
    return hashlib.blake2b(letters.encode("utf-8", "replace"), digest_size=8).hexdigest()


def gist_of(text: str) -> Gist:
    """The gist that comes with the software for an article of this wording, or ``NO_GIST``."""
    return supplied().get(wording(text), NO_GIST)


@lru_cache(maxsize=1)
def supplied() -> dict[str, Gist]:
    """Wording -> gist, of the whole file; some megabytes, needed only while texts are imported."""
    found = {}
    for line in FILE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            digest, _number, text, asked = line.split("\t")
            found[digest] = Gist(text, asked)
    return found
