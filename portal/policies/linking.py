"""Turns what a text cites into links, where the target is in the library; else it stays text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portal.policies.enums import RegulationKind, UnitKind
from portal.policies.library_index import LibraryIndex, Target, library_index
from portal.policies.models import Article, Edition
from portal.policies.references import Reference, references

_ABOUT_OTHERS = ("修改", "修正案", "的决定", "解释", "批复", "答复", "补充规定")


@dataclass(frozen=True)
class Link:
    """Where a citation leads; not ``certain`` where the cited text was amended since."""

    url: str
    certain: bool = True

    def around(self, text: str) -> SafeString:
        """The link element."""
        if self.certain:
            return format_html('<a href="{}">{}</a>', self.url, text)
        return format_html('<a class="statute__later" href="{}">{}</a>', self.url, text)


@dataclass
class Linker:
    """Links the paragraphs of one edition.

    ``own_url``: what stands before ``#art-12`` in a link to this very edition; empty on its page.
    """

    edition: Edition
    own_anchors: Sequence[str]
    own_url: str = ""
    index: LibraryIndex = field(default_factory=library_index)
    uncertain: int = 0
    """Links so far whose text was amended since: the number may have moved."""
    _existing: dict[tuple[int, str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._own = {anchor: n for n, anchor in enumerate(self.own_anchors)}
        regulation = self.edition.regulation
        self._path = regulation.region.path
        speaks_of_others = any(word in regulation.title for word in _ABOUT_OTHERS)
        kinds = {RegulationKind.CASE, RegulationKind.INTERPRETATION, RegulationKind.OTHER}
        self._bare_means_own = not speaks_of_others and regulation.kind not in kinds

    def prepare(self, articles: Iterable[Article]) -> None:
        """Look up at once all articles of other texts that ``articles`` cite: one query."""
        wanted: set[tuple[int, str]] = set()
        for article in articles:
            for reference in self._references(article.text):
                target = self._target(reference)
                if target is not None and reference.anchor:
                    meant, _certain = target.meant_on(self.edition.promulgated_on)
                    wanted.add((meant.pk, reference.anchor))
        wanted -= self._existing.keys()
        found = set(
            Article.objects.filter(
                edition__in={edition for edition, _anchor in wanted},
                anchor__in={anchor for _edition, anchor in wanted},
                kind=UnitKind.ARTICLE,
            ).values_list("edition_id", "anchor")
        )
        self._existing |= {pair: pair in found for pair in wanted}

    def paragraph(self, text: str, anchor: str) -> SafeString:
        """A paragraph of the unit ``anchor``, escaped, with links."""
        pieces, end = [], 0
        for reference in self._references(text):
            link = self._link(reference, anchor)
            if link is None:
                continue
            pieces.append(escape(text[end : reference.start]))
            pieces.append(link.around(text[reference.start : reference.end]))
            end = reference.end
        pieces.append(escape(text[end:]))
        return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above

    def _references(self, text: str) -> Iterable[Reference]:
        return references(text, self._is_known, bare_means_own=self._bare_means_own)

    def _is_known(self, name: str) -> bool:
        return name in self.index.names

    def _target(self, reference: Reference) -> Target | None:
        if not reference.name:
            return None
        return self.index.find(reference.name, self._path)

    def _link(self, reference: Reference, anchor: str) -> Link | None:
        if reference.previous:
            return self._own_link(self._before(anchor))
        if not reference.name:
            series = f"{anchor.partition('-')[0]}-" if anchor.startswith("s") else ""
            return self._own_link(series + reference.anchor)
        target = self._target(reference)
        if target is None:
            return None
        if target.regulation_id == self.edition.regulation_id:
            return self._own_link(reference.anchor) if reference.anchor else None
        return self._link_to(target, reference.anchor)

    def _link_to(self, target: Target, anchor: str) -> Link | None:
        page = reverse("policies:regulation", args=(target.slug,))
        if not anchor:
            return Link(page)
        meant, certain = target.meant_on(self.edition.promulgated_on)
        if not self._existing.get((meant.pk, anchor), False):
            return None
        if not meant.is_shown:
            page = reverse("policies:edition", args=(target.slug, meant.slug))
        self.uncertain += not certain
        return Link(f"{page}#art-{anchor}", certain)

    def _before(self, anchor: str) -> str:
        place = self._own.get(anchor, 0)
        return self.own_anchors[place - 1] if place else ""

    def _own_link(self, anchor: str) -> Link | None:
        return Link(f"{self.own_url}#art-{anchor}") if anchor in self._own else None
