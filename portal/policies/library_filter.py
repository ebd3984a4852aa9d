"""What a reader asks the library for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import QueryDict

from portal.core.regions.models import NATION_CODE, Region
from portal.policies.enums import RegulationKind, Validity
from portal.policies.models import Edition, Regulation, RegulationQuerySet
from portal.policies.names import name_key
from portal.policies.region_select import RegionGroup, region_groups

_MOST_ISSUERS = 60
_LONGEST_NAME = 100
_YEAR = re.compile(r"(?!0000)[0-9]{4}")


@dataclass(frozen=True)
class LibraryFilter:
    """Each field narrows the list; the empty string means all."""

    name: str = ""
    kind: str = ""
    region: str = ""
    issuer: str = ""
    validity: str = ""
    year: str = ""
    topic: str = ""

    kinds = RegulationKind.choices
    validities = Validity.choices

    @classmethod
    def from_query(cls, query: QueryDict) -> LibraryFilter:
        """Read the query; a value that does not exist means all."""
        kind, validity = query.get("kind", ""), query.get("validity", "")
        year, region = query.get("year", ""), query.get("region", "")
        return cls(
            name=query.get("name", "").strip()[:_LONGEST_NAME].replace("\x00", ""),
            kind=kind if kind in RegulationKind.values else "",
            region=region if region.isascii() and region.isdigit() and len(region) <= 12 else "",
            issuer=query.get("issuer", "").replace("\x00", "")[:200],
            validity=validity if validity in Validity.values else "",
            year=year if _YEAR.fullmatch(year) else "",
            topic=query.get("topic", "").replace("\x00", "")[:60],
        )

    def apply(self, rows: RegulationQuerySet, day: datetime.date) -> RegulationQuerySet:
        """The regulations that are asked for; the state of validity is that of ``day``."""
        exact = {"kind": self.kind, "issuer": self.issuer, "topic": self.topic}
        rows = rows.filter(**{name: value for name, value in exact.items() if value})
        if self.name:
            key = name_key(self.name)
            named = Q(title__icontains=self.name) | Q(aliases__icontains=self.name)
            named |= Q(title_en__icontains=self.name)
            rows = rows.filter(named | Q(key__contains=key) if key else named)
        if self.region == NATION_CODE:  # everything lies below the nation: its own texts are meant
            rows = rows.filter(region=NATION_CODE)
        elif self.region:
            rows = rows.filter(region__path__contains=f"{self.region}/")
        if self.year:
            rows = rows.filter(
                pk__in=Edition.objects.filter(promulgated_on__year=int(self.year)).values(
                    "regulation"
                )
            )
        return rows.standing(self.validity, day) if self.validity else rows

    def as_query(self) -> str:
        """The filter as a query, for the links between pages."""
        return urlencode({name: value for name, value in self._pairs() if value})

    def _pairs(self) -> list[tuple[str, str]]:
        names = ("name", "kind", "region", "issuer", "validity", "year", "topic")
        return [(name, getattr(self, name)) for name in names]


@dataclass(frozen=True)
class Choices:
    """What the library holds at all, for the selects of the form: pairs of value and text."""

    regions: list[RegionGroup] = field(default_factory=list)
    issuers: list[tuple[str, str]] = field(default_factory=list)
    topics: list[tuple[str, str]] = field(default_factory=list)
    years: list[tuple[str, str]] = field(default_factory=list)


def library_choices(node: Region | None) -> Choices:
    """Five queries, whatever the size of the library."""
    by_number = {"n": Count("pk")}
    issuers: Any = Regulation.objects.exclude(issuer="").values("issuer").annotate(**by_number)
    topics: Any = Regulation.objects.exclude(topic="").values_list("topic", flat=True)
    # Over a thousand days are read sooner than a database tells their years.
    days: Any = Edition.objects.exclude(promulgated_on=None).values_list(
        "promulgated_on", flat=True
    )
    return Choices(
        regions=region_groups(node),
        issuers=_pairs(row["issuer"] for row in issuers.order_by("-n", "issuer")[:_MOST_ISSUERS]),
        topics=_pairs(topics.order_by("topic").distinct()),
        years=_pairs(sorted({day.year for day in days.order_by().distinct()}, reverse=True)),
    )


def _pairs(values: Iterable[object]) -> list[tuple[str, str]]:
    """Choices whose value is their text."""
    return [(str(value), str(value)) for value in values]
