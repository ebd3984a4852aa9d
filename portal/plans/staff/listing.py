"""What an official asks the list of notices for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.core.regions.models import Region
from portal.plans.enums import NoticeKind, VersionState
from portal.plans.models import NoticeVersion
from portal.plans.models.version_queries import VersionQuerySet
from portal.plans.permissions import is_another_person, may_approve
from portal.plans.procedure.edit import edited_by
from portal.staff.enums import Column
from portal.staff.scope import regions_of, within_scope

SOON_DAYS = 5
MAX_TEXT = 60
IN_WORK = (VersionState.DRAFT, VersionState.RETURNED)
OFFERED_REGIONS = 400


def versions_of(person: User) -> VersionQuerySet:
    """Every version of the divisions where a person keeps notices."""
    rows = NoticeVersion.objects.select_related("notice__region", "author", "submitted_by")
    found: VersionQuerySet = within_scope(  # type: ignore[assignment]
        rows.defer("body", "footprint", "how_to_object"),
        person,
        Column.NOTICES,
        "notice__region",
    )
    return found


def awaiting_my_decision(person: User) -> list[NoticeVersion]:
    """Submitted versions that this person may decide on, the oldest first."""
    waiting = list(versions_of(person).awaiting_approval().order_by("submitted_at", "pk"))
    changed = edited_by(person, waiting)
    return [
        version
        for version in waiting
        if version.pk not in changed
        and may_approve(person, version.notice.region)
        and is_another_person(person, version)
    ]


def my_work(person: User) -> VersionQuerySet:
    """Drafts of this person and those that came back to them."""
    return versions_of(person).filter(state__in=IN_WORK, author=person).order_by("-pk")


def ending_within(versions: VersionQuerySet, today: datetime.date) -> VersionQuerySet:
    """Published versions whose last day is near."""
    last = today + datetime.timedelta(days=SOON_DAYS)
    return versions.filter(
        state=VersionState.PUBLISHED, opens_on__lte=today, closes_on__range=(today, last)
    )


@dataclass(frozen=True)
class StaffFilter:
    """A choice of versions; the empty string and None mean all."""

    state: str = ""
    kind: str = ""
    region: Region | None = None
    mine: bool = False
    soon: bool = False
    text: str = ""

    states = VersionState.choices
    kinds = NoticeKind.choices

    @classmethod
    def from_query(cls, query: QueryDict) -> StaffFilter:
        """Read ``?state=&kind=&region=&mine=&soon=&q=``; nonsense means all."""
        state, kind = query.get("state", ""), query.get("kind", "")
        code = query.get("region", "")[:12].replace("\x00", "")
        return cls(
            state=state if state in VersionState.values else "",
            kind=kind if kind in NoticeKind.values else "",
            region=Region.objects.filter(code=code).first() if code else None,
            mine=query.get("mine") == "1",
            soon=query.get("soon") == "1",
            text=query.get("q", "").replace("\x00", "").strip()[:MAX_TEXT],
        )

    def apply(self, person: User, today: datetime.date) -> VersionQuerySet:
        """The versions that match, what was changed last first; ending soonest where asked."""
        versions = versions_of(person).within(self.region)
        if self.state:
            versions = versions.filter(state=self.state)
        if self.kind:
            versions = versions.filter(notice__kind=self.kind)
        if self.mine:
            versions = versions.filter(Q(author=person) | Q(submitted_by=person))
        if self.text:
            versions = versions.mentioning(self.text)
        if self.soon:
            return ending_within(versions, today).ending_soonest()
        return versions.order_by("-pk")

    def as_query(self) -> str:
        """The filter as a query, for the links between pages."""
        pairs = [
            ("q", self.text),
            ("state", self.state),
            ("kind", self.kind),
            ("region", self.region.code if self.region else ""),
            ("mine", "1" if self.mine else ""),
            ("soon", "1" if self.soon else ""),
        ]
        return urlencode([(name, value) for name, value in pairs if value])


def offered_regions(person: User) -> list[Region]:
    """Divisions of the filter: those with notices within the postings of a person."""
    posted = regions_of(person, Column.NOTICES)
    below = Q()
    for region in posted:
        below |= Q(path__startswith=region.path)
    if not posted:
        return []
    with_notices = Region.objects.filter(below).filter(notices__isnull=False).distinct()
    return list(with_notices.order_by("path")[:OFFERED_REGIONS])


TABS = (
    ("", _("全部")),
    (VersionState.AWAITING_APPROVAL.value, VersionState.AWAITING_APPROVAL.label),
    (VersionState.DRAFT.value, VersionState.DRAFT.label),
    (VersionState.RETURNED.value, VersionState.RETURNED.label),
    (VersionState.PUBLISHED.value, VersionState.PUBLISHED.label),
)
