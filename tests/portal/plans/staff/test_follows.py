"""Which earlier notice an official may put theirs beside, and what a wrong number gives away."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from portal.plans.errors import WrongState
from portal.plans.models import Notice, NoticeVersion
from portal.plans.procedure.edit import discard_version
from tests.factories.notices import CITY, COUNTY, FOREIGN_CITY, draft, editor, published
from tests.factories.officials import signed_in
from tests.portal.plans.staff.forms_of import form_data

pytestmark = pytest.mark.django_db

REFUSED = "或它不属于同一地区"


def follow(version: NoticeVersion, code: str) -> str:
    """What the page says when an editor of the division saves the number of the earlier notice."""
    desk = signed_in(editor(version.notice.region_id))
    url = reverse("notices_staff:edit", args=[version.pk])
    return desk.post(url, form_data(version, notice_follows=code)).content.decode()


def follows(version: NoticeVersion) -> Notice | None:
    return Notice.objects.get(pk=version.notice_id).follows


def begin(code: str) -> Any:
    form = {"region": CITY, "kind": "approved_plan", "title": "批后公布", "token": code}
    return signed_in(editor()).post(reverse("notices_staff:new"), form | {"follows": code})


@pytest.mark.parametrize("region", [CITY, COUNTY])
def test_a_public_notice_of_the_same_line_is_followed(region: str) -> None:
    earlier, version = published(region=region), draft()
    follow(version, earlier.notice.code)
    assert follows(version) == earlier.notice


def test_a_notice_of_another_city_is_not() -> None:
    earlier, version = published(region=FOREIGN_CITY), draft()
    assert REFUSED in follow(version, earlier.notice.code)
    assert follows(version) is None
    assert begin(earlier.notice.code).status_code == 422


def test_whether_a_foreign_draft_exists_is_not_told() -> None:
    hidden, version = draft(region=FOREIGN_CITY), draft()
    of_draft = follow(version, hidden.notice.code)
    of_nothing = follow(version, "990200-1999-0001")
    assert REFUSED in of_draft
    assert REFUSED in of_nothing


def test_a_draft_of_another_office_of_the_same_line_is_not_followed() -> None:
    hidden = draft(region=COUNTY)
    version = draft()
    # The city's editor keeps the county's notices too; the county's keeps none of the city's.
    assert REFUSED not in follow(version, hidden.notice.code)
    assert REFUSED in follow(draft(region=COUNTY), version.notice.code)


def test_a_draft_that_another_notice_follows_is_not_deleted_but_says_why() -> None:
    earlier, version = draft(), draft()
    follow(version, earlier.notice.code)
    with pytest.raises(WrongState, match=version.notice.code):
        discard_version(earlier, editor())
    assert Notice.objects.filter(pk=earlier.notice_id).exists()
