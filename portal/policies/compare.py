"""Compares two editions article by article (版本对照)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import TextChoices
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from portal.core.text.difference import Paragraph, Piece, Work, common_start, paragraph_changes
from portal.policies.models import Article

_ALIKE = 0.35
"""Two articles below this similarity are two articles, whatever their numbers."""
_SAME_NUMBER_BONUS = 0.15
_WINDOW = 40
"""How far, in articles, an article may have moved within a stretch that changed. A whole code that
was written anew would take minutes otherwise."""
_MOST_PAIRS = 4_000_000
"""Articles of the one edition times those of the other: beyond that nothing is matched."""


class Change(TextChoices):
    """What became of an article between two editions."""

    SAME = "same", _("未变")
    RENUMBERED = "renumbered", _("条号调整")
    CHANGED = "changed", _("修改")
    ADDED = "added", _("新增")
    REMOVED = "removed", _("删除")


@dataclass(frozen=True)
class Pair:
    """An article of the old edition beside that of the new one; one of them may be missing."""

    change: Change
    old: Article | None
    new: Article | None
    old_html: SafeString
    new_html: SafeString

    @property
    def label(self) -> str:
        """The number of the article, by the new edition where it is in it."""
        unit = self.new or self.old
        return unit.label if unit else ""

    @property
    def html_id(self) -> str:
        """The ``id`` of the row."""
        unit = self.new or self.old
        return f"{'new' if self.new else 'old'}-{unit.anchor}" if unit else ""


def compare(old: Sequence[Article], new: Sequence[Article]) -> list[Pair]:
    """Pairs in the order of the new edition, removed articles where they stood.

    All that is compared shares one measure of work: a reader's one request is answered in seconds,
    and what is too large is shown as removed and added.
    """
    work = Work()
    return [_pair(before, after, work) for before, after in _aligned(list(old), list(new))]


def counts(pairs: Sequence[Pair]) -> dict[Change, int]:
    """How many articles fell to each change, in the order of ``Change``."""
    found = Counter(pair.change for pair in pairs)
    return {change: found[change] for change in Change if found[change]}


Aligned = tuple[Article | None, Article | None]


def _aligned(old: list[Article], new: list[Article]) -> list[Aligned]:
    """Equal texts hold the alignment; what lies between them is matched by similarity."""
    rows: list[Aligned] = []
    at_old = at_new = 0
    before, after = [_plain(each) for each in old], [_plain(each) for each in new]
    often = Counter(after)
    if sum(often[text] for text in before) > _MOST_PAIRS:  # one text, again and again
        head = common_start(before, after)
        equal = zip(old[:head], new[:head], strict=True)
        return [*equal, *_by_similarity(old[head:], new[head:])]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for block in matcher.get_matching_blocks():
        rows += _by_similarity(old[at_old : block.a], new[at_new : block.b])
        rows += list(
            zip(
                old[block.a : block.a + block.size],
                new[block.b : block.b + block.size],
                strict=True,
            )
        )
        at_old, at_new = block.a + block.size, block.b + block.size
    return rows


def _plain(article: Article) -> str:
    return "".join(article.text.split())


def _by_similarity(old: list[Article], new: list[Article]) -> list[Aligned]:
    """The pairs in order with the greatest total similarity (Needleman and Wunsch, 1970)."""
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return [*((each, None) for each in old), *((None, each) for each in new)]
    scores = _scores(old, new)
    best = [[0.0] * (len(new) + 1) for _each in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            taken = scores[i][j] + best[i + 1][j + 1] if scores[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], taken)
    rows: list[Aligned] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if scores[i][j] and best[i][j] == scores[i][j] + best[i + 1][j + 1]:
            rows.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            rows.append((old[i], None))
            i += 1
        else:
            rows.append((None, new[j]))
            j += 1
    return [*rows, *((each, None) for each in old[i:]), *((None, each) for each in new[j:])]


def _scores(old: list[Article], new: list[Article]) -> list[list[float]]:
    """Similarity of each pair, shape (old, new); 0 where the two are not alike."""
    new_pairs = [_bigrams(each) for each in new]
    table = []
    for place, before in enumerate(old):
        own = _bigrams(before)
        middle = place * len(new) // len(old)
        row = [0.0] * len(new)
        for other in range(max(0, middle - _WINDOW), min(len(new), middle + _WINDOW + 1)):
            score = _dice(own, new_pairs[other])
            score += _SAME_NUMBER_BONUS if before.anchor == new[other].anchor else 0.0
            row[other] = score if score >= _ALIKE else 0.0
        table.append(row)
    return table


def _bigrams(article: Article) -> Counter[str]:
    text = _plain(article)
    return Counter(text[place : place + 2] for place in range(max(1, len(text) - 1)))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    """Dice's coefficient of two bags: 1 equal, 0 nothing in common."""
    small, large = (one, other) if len(one) < len(other) else (other, one)
    common = sum(min(count, large[pair]) for pair, count in small.items() if pair in large)
    return 2.0 * common / (one.total() + other.total())


def _pair(old: Article | None, new: Article | None, work: Work) -> Pair:
    if old is None or new is None:
        change = Change.ADDED if old is None else Change.REMOVED
        return Pair(change, old, new, _whole(old), _whole(new))
    if _plain(old) == _plain(new):
        change = Change.SAME if old.label == new.label else Change.RENUMBERED
        return Pair(change, old, new, _whole(old), _whole(new))
    old_html, new_html = word_difference(old.text, new.text, work)
    return Pair(Change.CHANGED, old, new, old_html, new_html)


def _whole(article: Article | None) -> SafeString:
    return _lines(escape(article.text)) if article else SafeString("")


def _lines(html: str) -> SafeString:
    return mark_safe(html.replace("\n", "<br>"))  # noqa: S308 - escaped by those who call


def word_difference(old: str, new: str, work: Work | None = None) -> tuple[SafeString, SafeString]:
    """Both texts, what went in ``<del>``, what came in ``<ins>``: line by line, word by word."""
    paragraphs = paragraph_changes(old.split("\n"), new.split("\n"), work)
    return _side(paragraphs, "added"), _side(paragraphs, "removed")


def _side(paragraphs: Sequence[Paragraph], without: str) -> SafeString:
    kept = [paragraph for paragraph in paragraphs if paragraph.kind != without]
    lines = [
        "".join(_marked(piece) for piece in paragraph.pieces if piece.kind != without)
        for paragraph in kept
    ]
    return _lines("\n".join(lines))


def _marked(piece: Piece) -> str:
    tag = {"removed": "del", "added": "ins"}.get(piece.kind)
    return f"<{tag}>{escape(piece.text)}</{tag}>" if tag else escape(piece.text)
