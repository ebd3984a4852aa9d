"""Every name under which a text of the library is cited, and where the citation leads."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Max
from django.utils import timezone

from portal.policies.models import Edition, Regulation
from portal.policies.names import short_name

LONGEST_BARE_NAME = 24
"""Names without 《》 before a number: 刑法第二百条, 道路交通安全法实施条例第九十条."""


@dataclass(frozen=True)
class CitedEdition:
    """An edition that a citation may mean; ``is_shown``: the one on the regulation's page today."""

    pk: int
    slug: str
    promulgated_on: datetime.date | None
    is_shown: bool


@dataclass(frozen=True)
class Target:
    """A regulation that can be linked to; ``editions`` in their order."""

    regulation_id: int
    slug: str
    region_code: str
    editions: tuple[CitedEdition, ...]

    def meant_on(self, day: datetime.date | None) -> tuple[CitedEdition, bool]:
        """The edition that a text of ``day`` could know, and whether that is certain.

        A text of 2009 that cites an article cannot mean the numbers of 2015. Where only a later
        edition is here, it is returned as not certain.
        """
        shown = next(each for each in self.editions if each.is_shown)
        known = [each for each in self.editions if each.promulgated_on]
        if day is None or not known:
            return shown, False
        if shown.promulgated_on and shown.promulgated_on <= day:
            return shown, True
        before = [each for each in known if each.promulgated_on and each.promulgated_on <= day]
        return (before[-1], True) if before else (shown, False)


@dataclass(frozen=True)
class LibraryIndex:
    """Names of the whole library on one day; a name may belong to several regions."""

    names: dict[str, list[Target]] = field(default_factory=dict)

    def find(self, name: str, region_path: str) -> Target | None:
        """The regulation of a name, in the region of the citing text or above it.

        ``region_path``: as of ``Region.path``. Nearest first: a city's text means the city's rule.
        None where no such text is here, or where two have the same claim.
        """
        found = self.names.get(name)
        if not found:
            return None
        codes = region_path.strip("/").split("/")
        for code in reversed(codes):
            near = [target for target in found if target.region_code == code]
            if near:
                return near[0] if len(near) == 1 else None
        return None


def library_stamp() -> str:
    """Changes whenever a text, a name or a day of the library does, and every midnight."""
    edition = Edition.objects.aggregate(at=Max("updated_at"))["at"]
    regulation = Regulation.objects.aggregate(at=Max("updated_at"))["at"]
    return f"{timezone.localdate()}|{edition}|{regulation}|{Regulation.objects.count()}"


def library_index() -> LibraryIndex:
    """The index of today; kept in memory until the library changes."""
    return _index(library_stamp(), timezone.localdate())


@lru_cache(maxsize=2)
def _index(_stamp: str, day: datetime.date) -> LibraryIndex:
    editions: dict[int, list[Edition]] = {}
    for edition in Edition.objects.order_by("regulation", "position").defer("history"):
        editions.setdefault(edition.regulation_id, []).append(edition)
    names: dict[str, list[Target]] = {}
    for regulation in Regulation.objects.order_by("pk"):
        own = editions.get(regulation.pk, [])
        shown = regulation.edition_to_show(day, own)
        cited = tuple(
            CitedEdition(each.pk, each.slug, each.promulgated_on, each is shown) for each in own
        )
        if not cited:
            continue
        target = Target(regulation.pk, regulation.slug, regulation.region_id, cited)
        for name in {citable(each) for each in regulation.names}:
            names.setdefault(name, []).append(target)
    return LibraryIndex(names)


def citable(name: str) -> str:
    """A name as it is looked up: no spaces, brackets of one kind, no state's name."""
    folded = "".join(name.split()).replace("(", "（").replace(")", "）")
    return short_name(
        folded.replace("〈", "《").replace("〉", "》").replace("<", "《").replace(">", "》")
    )
