"""Who is asking, and whether the notice is theirs: the first line of every staff view."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Min
from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from portal.core.regions.models import Region
from portal.plans.errors import NoticeError
from portal.plans.models import Notice, NoticeVersion
from portal.plans.permissions import (
    ADMINISTER,
    DRAFT,
    may_administer,
    may_approve,
    may_draft,
    may_see,
    may_see_staff_pages,
)
from portal.staff.enums import Column
from portal.staff.models import Posting
from portal.staff.scope import Person, regions_of


def official(request: HttpRequest) -> User:
    """The signed-in official who keeps notices somewhere; 403 for everybody else."""
    user = request.user
    if not isinstance(user, User) or not may_see_staff_pages(user):
        raise PermissionDenied
    return user


def version_of(request: HttpRequest, pk: int) -> tuple[User, NoticeVersion]:
    """The official and a version of their division.

    403 without the permission; 404 for the version of another division, as if there were none.
    """
    person = official(request)
    version = NoticeVersion.objects.select_related("notice__region").filter(pk=pk).first()
    if version is None or not may_see(person, version):
        raise Http404("no such version")
    return person, version


def may_change(person: Person, version: NoticeVersion) -> bool:
    """Whether a person may work on the text, as long as it is in work."""
    region = version.notice.region
    return version.is_editable and (may_draft(person, region) or may_administer(person, region))


def may_begin(person: Person) -> bool:
    """Whether a person may draft notices anywhere."""
    return person.has_perm(DRAFT) and bool(regions_of(person, Column.NOTICES))


def may_keep_rules(person: Person) -> bool:
    """Periods and calendars: administrators of notices, each in the divisions they are posted to."""
    return person.has_perm(ADMINISTER) and bool(regions_of(person, Column.NOTICES))


def may_import_calendar(person: Person) -> bool:
    """The days off are those of the whole installation: only who is posted highest changes them."""
    if not may_keep_rules(person):
        return False
    postings = Posting.objects.filter(column=Column.NOTICES, user__is_active=True)
    highest = postings.aggregate(level=Min("region__level"))["level"]
    return any(region.level == highest for region in regions_of(person, Column.NOTICES))


def may_follow(person: Person, region: Region, earlier: Notice) -> bool:
    """Whether a notice of ``region`` may stand beside ``earlier`` as the next of one procedure.

    Of the same line of divisions, and public or the person's own: what is not is never confirmed.
    """
    other = earlier.region
    if not (region.holds(other) or other.holds(region)):
        return False
    is_public = NoticeVersion.objects.public().filter(notice=earlier).exists()
    rules = (may_draft, may_approve, may_administer)
    return is_public or any(allowed(person, other) for allowed in rules)


def own_divisions(person: Person) -> list[Region]:
    """Divisions in force for which a person may draft, the upper ones first."""
    found: dict[str, Region] = {}
    for posted in regions_of(person, Column.NOTICES):
        for region in Region.objects.within(posted).in_force():
            if may_draft(person, region):
                found[region.code] = region
    return sorted(found.values(), key=lambda region: region.path)


def explain(problem: NoticeError) -> str:
    """Why a step was refused, in the official's language."""
    return problem.en if (get_language() or "").startswith("en") else problem.zh
