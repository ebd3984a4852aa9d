"""The national periods that a new installation begins with; officials check and change them."""

from __future__ import annotations

from django.db import transaction

from portal.core.regions.models import NATION_CODE, Region
from portal.plans.enums import NoticeKind, PeriodUnit
from portal.plans.models import StatutoryPeriod

# kind, days, unit, basis, what it says
NATIONAL_PERIODS = (
    (
        NoticeKind.DRAFT_PLAN,
        30,
        PeriodUnit.CALENDAR_DAYS,
        "《中华人民共和国城乡规划法》第二十六条",
        "城乡规划报送审批前，组织编制机关应当依法将城乡规划草案予以公告。公告的时间不得少于三十日。",
    ),
    (
        NoticeKind.HEARING,
        7,
        PeriodUnit.CALENDAR_DAYS,
        "《重大行政决策程序暂行条例》第十六条",
        "拟听证事项、时间、地点等信息应当提前七日公布。",
    ),
)


@transaction.atomic
def load_national_periods() -> int:
    """Add the national periods of kinds that have none yet; returns how many."""
    nation = Region.objects.get(code=NATION_CODE)
    added = 0
    for kind, amount, unit, basis, text in NATIONAL_PERIODS:
        if not StatutoryPeriod.objects.filter(kind=kind, region=nation).exists():
            StatutoryPeriod.objects.create(
                kind=kind, region=nation, amount=amount, unit=unit, basis=basis, basis_text=text
            )
            added += 1
    return added
