"""Finds the stored edition that a file holds, and what is new about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal.policies.candidates import Candidate
from portal.policies.enums import DateBasis
from portal.policies.errors import Remark
from portal.policies.models import Edition, Regulation
from portal.policies.models.edition import edition_slug
from portal.policies.models.regulation import first_free
from portal.policies.report import Report, RowState

_RANK = [
    DateBasis.UNKNOWN,
    DateBasis.PROMULGATION,
    DateBasis.TEXT,
    DateBasis.HISTORY,
    DateBasis.METADATA,
    DateBasis.STAFF,
]
"""How far a first day in force can be trusted, by where it was read."""
_KNOWN = (
    "promulgated_on",
    "in_force_from",
    "basis",
    "term_ends_on",
    "repealed",
    "history",
    "article_count",
)


@dataclass
class Fresh:
    """An edition whose text must be written."""

    edition: Edition
    candidate: Candidate
    state: RowState


@dataclass
class Matcher:
    """Matches the candidates of one run, one after another."""

    report: Report
    fresh: list[Fresh] = field(default_factory=list)
    same: list[Fresh] = field(default_factory=list)
    """Files whose text is there already."""
    learned: list[Edition] = field(default_factory=list)
    """Editions whose text stays, of which something new is known; to be saved when arranged."""
    _seen: set[int] = field(default_factory=set)

    def match(self, candidate: Candidate, regulation: Regulation, editions: list[Edition]) -> None:
        """Add to ``fresh``, or to the report where the text is there already or is refused.

        ``editions``: those stored, and those of this run so far; a new one is appended.
        """
        edition = _same(candidate, editions)
        if edition is None:
            edition = Edition(regulation=regulation)
            editions.append(edition)
            self._take(edition, candidate, editions, RowState.ADDED)
        elif edition.content_hash == candidate.content_hash:
            self._note_same(edition, candidate, editions)
        elif id(edition) in self._seen:
            self._refuse(candidate, _second_text(edition))
        elif edition.sources.count() > len(candidate.files):
            self._refuse(candidate, _VOLUME)
        else:
            self._take(edition, candidate, editions, RowState.CHANGED)
        self._seen.add(id(edition))

    def _take(
        self, edition: Edition, candidate: Candidate, editions: list[Edition], state: RowState
    ) -> None:
        edition.content_hash = candidate.content_hash
        edition.history = ""
        self.fresh.append(Fresh(edition, candidate, state))
        _learn(edition, candidate, editions, may_correct=True)

    def _note_same(self, edition: Edition, candidate: Candidate, editions: list[Edition]) -> None:
        """The text is there; only what is known about it may have grown."""
        may_correct = id(edition) not in self._seen
        changed = _learn(edition, candidate, editions, may_correct=may_correct)
        if changed and edition.pk is not None:
            self.learned.append(edition)
            self.report.changed_editions.append(edition.pk)
        state = RowState.CHANGED if changed and edition.pk else RowState.UNCHANGED
        self.same.append(Fresh(edition, candidate, state))

    def _refuse(self, candidate: Candidate, remark: Remark) -> None:
        for name, _digest in candidate.files:
            self.report.fail(name, remark)


def _same(candidate: Candidate, editions: list[Edition]) -> Edition | None:
    """The edition of the same day; else, where either day is unknown, the one of the same text.

    Where staff have settled the days the text tells: the file may still name the day that they
    corrected.
    """
    day, digest = candidate.facts.promulgated_on, candidate.content_hash
    same_text = [edition for edition in editions if edition.content_hash == digest]
    same_day = [edition for edition in editions if day and edition.promulgated_on == day]
    settled = [edition for edition in same_text if edition.basis == DateBasis.STAFF]
    undated = [each for each in same_text if day is None or each.promulgated_on is None]
    both = [edition for edition in same_day if edition in same_text]
    return next(iter([*both, *settled, *same_day, *undated]), None)


_VOLUME = Remark(
    "volume",
    "本版本由多卷组成，请把全部各卷放在一次导入",
    "this edition consists of several volumes: import all of them in one run",
)


def _second_text(edition: Edition) -> Remark:
    """Two files of a run that claim one day of one regulation; nobody can tell which is right."""
    day = edition.promulgated_on.isoformat() if edition.promulgated_on else ""
    return Remark(
        "same_day",
        f"本次导入中已有同名同日（{day}）的文本，内容不同",
        f"another text of this title and day ({day}) is in this run",
    )


def _learn(
    edition: Edition, candidate: Candidate, editions: list[Edition], *, may_correct: bool
) -> bool:
    """Set what is known beside the text. What staff have settled stays. Whether anything changed.

    Not ``may_correct``: another file of this run holds the same text; it adds, but contradicts
    nothing, so that a second run ends where the first did.
    """
    before = [getattr(edition, name) for name in _KNOWN]
    facts, text = candidate.facts, candidate.text
    history = "\n".join(text.history)
    if len(history) > len(edition.history):
        edition.history = history
    edition.article_count = len(text.articles)
    if edition.basis != DateBasis.STAFF:
        edition.promulgated_on = edition.promulgated_on or facts.promulgated_on
        old, new = _RANK.index(DateBasis(edition.basis)), _RANK.index(facts.start.basis)
        if new > old or (new == old and may_correct):
            edition.in_force_from, edition.basis = facts.start.day, facts.start.basis
            edition.term_ends_on = facts.term.ends_on
        edition.term_ends_on = edition.term_ends_on or facts.term.ends_on
        edition.repealed = edition.repealed or facts.repealed
    if not edition.slug or (edition.slug.startswith("undated") and edition.promulgated_on):
        taken = {each.slug for each in editions if each is not edition}
        edition.slug = first_free(edition_slug(edition.promulgated_on), taken)
    return before != [getattr(edition, name) for name in _KNOWN]
