"""Who may do what with notices: pure predicates. Each asks for the permission and for the posting."""

from __future__ import annotations

from portal.core.regions.models import Region
from portal.plans.models import NoticeVersion
from portal.staff.enums import Column
from portal.staff.scope import Person, may_act, regions_of

DRAFT, APPROVE, ADMINISTER = (
    "plans.draft_notice",
    "plans.approve_notice",
    "plans.administer_notice",
)


def may_draft(person: Person, region: Region) -> bool:
    """Write notices of a division and submit them."""
    return may_act(person, DRAFT, Column.NOTICES, region)


def may_approve(person: Person, region: Region) -> bool:
    """Approve, return and extend notices of a division."""
    return may_act(person, APPROVE, Column.NOTICES, region)


def may_administer(person: Person, region: Region) -> bool:
    """Announce anew and withdraw notices of a division."""
    return may_act(person, ADMINISTER, Column.NOTICES, region)


def may_see_staff_pages(person: Person) -> bool:
    """Officials who keep notices anywhere see the staff pages, limited to their divisions."""
    has_any = any(person.has_perm(name) for name in (DRAFT, APPROVE, ADMINISTER))
    return has_any and bool(regions_of(person, Column.NOTICES))


def may_watch_integrity(person: Person) -> bool:
    """Whoever decides on notices anywhere is told whether they are as approved."""
    decides = person.has_perm(APPROVE) or person.has_perm(ADMINISTER)
    return decides and bool(regions_of(person, Column.NOTICES))


def may_see(person: Person, version: NoticeVersion) -> bool:
    """An unpublished version is seen by the officials of its division only."""
    region = version.notice.region
    return any(allowed(person, region) for allowed in (may_draft, may_approve, may_administer))


def is_another_person(person: Person, version: NoticeVersion) -> bool:
    """The four-eyes rule (四眼原则): who decides neither wrote nor submitted it."""
    return person.pk is not None and person.pk not in {version.author_id, version.submitted_by_id}
