"""In which encoding is this text? Told by its content, honestly, or not told at all (编码识别).

A Shapefile's table seldom says how its text is encoded, and what it says is often wrong. A
candidate must decode every value strictly, and what comes out must look like text that people
write: characters of the everyday sets, few rare ones. When two candidates look alike, or none
looks right, nobody guesses: the caller refuses and names the candidates.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

UTF8 = "utf-8"
CHINESE = ("gb18030", "big5")
WESTERN = "cp1252"
# What writers put there by default; it says nothing about the text.
_EMPTY_DECLARATIONS = frozenset({"", "ascii", "cp1252", "iso8859-1", "cp437", "cp850"})
_SPELLINGS = {"koi8r": "koi8-r", "koi8u": "koi8-u", "big-5": "big5", "shiftjis": "shift-jis"}
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "cp950": "big5"}
_NEEDED_SCORE = 0.6
# A handful of characters may look right by accident (Korean read as Chinese does).
_NEEDED_SCORE_SHORT = 0.85
_SHORT = 12
_NEEDED_MARGIN = 0.15
# Values of one table; more tell nothing new.
_MOST_SAMPLES = 200_000
_LONGEST_CUT = 3
_CODEC = re.compile(r"[a-z0-9][a-z0-9 -]{0,39}")
# Without one of these a text is not garbled: what no text holds, and what decodes from Western
# bytes above ASCII. Searching for them is much quicker than weighing every text.
SIGNS_OF_GARBLED = re.compile(
    "[\ufffd\x7f-\xff"
    + "".join(bytes((byte,)).decode("cp1252", "ignore") for byte in range(0x80, 0xA0))
    + "]|锟斤拷"
)
_LATIN_WORD = re.compile(r"[A-Za-z][\u00c0-\u024f][a-z]|[a-z][\u00c0-\u024f][A-Za-z]")


@dataclass(frozen=True)
class Verdict:
    """``encoding`` is a Python codec name, or ``""`` when it cannot be told.

    ``candidates``: the encodings that decode at all, the likeliest first.
    """

    encoding: str
    candidates: tuple[str, ...] = ()


def codec_name(declared: str) -> str:
    """The Python codec of a declared encoding (.cpg, option), ``""`` when there is none.

    The Chinese national encodings are read by their widest superset, as every reader should.
    """
    text = declared.strip().lower().replace("_", "-")
    if not _CODEC.fullmatch(text):
        return ""
    if text.isdigit():
        text = {"65001": UTF8, "936": "gb18030", "950": "big5"}.get(text, f"cp{text}")
    text = _SPELLINGS.get(text, text)
    for spelling in (text, text.replace("ansi ", "cp").replace(" ", "")):
        try:
            name = codecs.lookup(spelling).name
            "".encode(name)
        except LookupError:
            continue
        return _WIDER.get(name, name)
    return ""


def detect(values: Iterable[bytes], declared: str = "", width: int = 0) -> Verdict:
    """Tell the encoding of ``values``, the raw bytes of one table's text.

    ``declared``: what the file claims, if anything. ``width``: values of this many bytes may be
    cut within their last character (fixed-width fields), 0 = none may.
    """
    samples = _telling(values)
    if not samples:
        return Verdict(UTF8)
    if _decodes(samples, UTF8, width) and (_looks_multibyte(samples) or _is_latin_word(samples)):
        return Verdict(UTF8, (UTF8,))
    claimed = codec_name(declared)
    if claimed and claimed not in _EMPTY_DECLARATIONS and _believable(samples, claimed, width):
        return Verdict(claimed, (claimed,))
    return _most_plausible(samples, width)


def decode(value: bytes, encoding: str, width: int = 0) -> str:
    """Decode one value strictly; a last character cut off by the field's width is left out.

    Raises ``UnicodeDecodeError``.
    """
    try:
        return value.decode(encoding)
    except UnicodeDecodeError as error:
        cut = len(value) - error.start
        if width and len(value) >= width and cut <= _LONGEST_CUT:
            return value[: error.start].decode(encoding)
        raise


def warm_up() -> None:
    """Load everything that detection needs, before the process loses sight of the disk."""
    _everyday()
    for name in (*CHINESE, WESTERN, "utf-16", "utf-8-sig", "latin-1", "ascii"):
        codecs.lookup(name)


def decode_name(raw: bytes) -> str:
    """A file name of unstated encoding for display; the last resort is code page 437."""
    verdict = detect([raw])
    return raw.decode(
        verdict.encoding or "cp437", errors="strict" if verdict.encoding else "replace"
    )


def is_garbled(text: str) -> bool:
    """Does ``text`` show the traces of having been decoded wrongly, here or earlier?"""
    if text.isascii():
        return False
    if "\ufffd" in text or any("\x7f" <= letter <= "\x9f" for letter in text):
        return True
    if "锟斤拷" in text:
        return True
    return _is_mojibake(text)


def _is_mojibake(text: str) -> bool:
    """Chinese bytes read as Western letters: what looks Latin decodes to sound Chinese."""
    try:
        raw = text.encode(WESTERN)
    except UnicodeEncodeError:
        return False
    high = sum(byte >= 0x80 for byte in raw)
    if high < 4 or high * 2 < len(raw.replace(b" ", b"")):
        return False
    for encoding in (UTF8, *CHINESE):
        try:
            decoded = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _score([decoded]) >= 0.9:
            return True
    return False


def _telling(values: Iterable[bytes]) -> list[bytes]:
    found: set[bytes] = set()
    for value in values:
        if not value.isascii():
            found.add(value)
            if len(found) >= _MOST_SAMPLES:
                break
    return sorted(found)


def _decoded(samples: Sequence[bytes], encoding: str, width: int) -> list[str] | None:
    try:
        return [decode(sample, encoding, width) for sample in samples]
    except UnicodeDecodeError:
        return None


def _decodes(samples: Sequence[bytes], encoding: str, width: int) -> bool:
    return _decoded(samples, encoding, width) is not None


def _looks_multibyte(samples: Sequence[bytes]) -> bool:
    """One lone two-byte sequence may be an accident of another encoding; more are not."""
    high = sum(byte >= 0x80 for sample in samples for byte in sample)
    return high >= 3


def _is_latin_word(samples: Sequence[bytes]) -> bool:
    """One accented letter within a Latin word, where no Chinese character would stand."""
    return all(_LATIN_WORD.search(sample.decode(UTF8, "ignore")) for sample in samples)


def _believable(samples: Sequence[bytes], encoding: str, width: int) -> bool:
    decoded = _decoded(samples, encoding, width)
    if decoded is None:
        return False
    if encoding in CHINESE:
        return _score(decoded) >= _NEEDED_SCORE
    return all(text.isprintable() or text.strip("\r\n\t").isprintable() for text in decoded)


def _most_plausible(samples: Sequence[bytes], width: int) -> Verdict:
    scores: list[tuple[float, str]] = []
    for encoding in CHINESE:
        decoded = _decoded(samples, encoding, width)
        if decoded is not None:
            scores.append((_score(decoded), encoding))
    if _decodes(samples, WESTERN, 0):
        scores.append((_western_score(samples), WESTERN))
    if not scores:
        return Verdict("")
    scores.sort(reverse=True)
    names = tuple(name for _, name in scores)
    best = scores[0][0]
    second = scores[1][0] if len(scores) > 1 else -1.0
    if best >= _needed(samples, names[0]) and best - second >= _NEEDED_MARGIN:
        return Verdict(names[0], names)
    return Verdict("", names)


def _needed(samples: Sequence[bytes], encoding: str) -> float:
    letters = {letter for sample in samples for letter in sample.decode(encoding, "ignore")}
    short = encoding in CHINESE and sum(letter > "\x7f" for letter in letters) < _SHORT
    return _NEEDED_SCORE_SHORT if short else _NEEDED_SCORE


@cache
def _everyday() -> tuple[frozenset[str], frozenset[str]]:
    """The most frequent characters, and the everyday sets of both Chinese standards.

    Level 1 of GB/T 2312 (3,755 characters in rows 16-55) and the 5,401 frequent characters of
    Big5 (A440-C67E) were chosen for their frequency by the standards themselves.
    """
    listed = (Path(__file__).parent / "common_characters.txt").read_text("utf-8")
    simplified = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    traditional = (bytes((lead, trail)) for lead in range(0xA4, 0xC7) for trail in trails)
    level_one = {pair.decode("gb2312", "ignore") for pair in simplified}
    level_one |= {pair.decode("big5", "ignore") for pair in traditional}
    return frozenset(listed), frozenset(level_one)


def _score(texts: Sequence[str]) -> float:
    """How everyday the non-ASCII characters are: 1 = all frequent, 0 = all rare, below = odd."""
    frequent, common = _everyday()
    counts = Counter(letter for text in texts for letter in text if letter > "\x7f")
    total = sum(counts.values())
    if not total:
        return 0.0
    points = 0.0
    for letter, count in counts.items():
        points += count * _points(letter, frequent, common)
    return points / total


def _points(letter: str, frequent: frozenset[str], common: frozenset[str]) -> float:
    if letter in frequent:
        return 1.0
    if letter in common:
        return 0.7
    if "\u3000" <= letter <= "\u303f" or "\uff00" <= letter <= "\uffef":
        return 0.6
    if "\ue000" <= letter <= "\uf8ff" or not letter.isprintable():
        return -1.0
    return 0.0


def _western_score(samples: Sequence[bytes]) -> float:
    """Western text has single accented letters or signs among plain ones, not runs of them."""
    high = lone = 0
    for sample in samples:
        for position, byte in enumerate(sample):
            if byte < 0x80:
                continue
            high += 1
            around = sample[max(0, position - 1) : position] + sample[position + 1 : position + 2]
            plain = bool(around) and all(other < 0x80 for other in around)
            lone += plain and byte >= 0xA0
    return 0.9 * lone / high if high else 0.0
