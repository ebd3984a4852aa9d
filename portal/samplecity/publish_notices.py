"""Take the sample notices through the procedure, dated as if the days had passed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.contrib.gis.geos import Polygon
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from weasyprint import HTML

from portal.core.regions.models import Region
from portal.plans.enums import DocumentRole, EventKind, NoticeKind, PeriodUnit, VersionState
from portal.plans.models import (
    Notice,
    NoticeDocument,
    NoticeLayer,
    NoticeVersion,
    StatutoryPeriod,
)
from portal.plans.models.version_queries import FOOTPRINT_SRID
from portal.plans.procedure.decide import set_clock, take_over
from portal.plans.procedure.draft import announce_anew, start_notice
from portal.plans.procedure.publish import close_due
from portal.plans.procedure.step import move, note
from portal.plans.procedure.submit import submit_version
from portal.samplecity.notices import CityNotice

PUBLICATION_HOUR = 9
REVISED = "jiangwan-detailed-plan"
"""The notice of which a second version is shown."""

REVISION = (
    "根据征求意见情况，将地块内幼儿园由三所调整为四所，并补充公共停车场位置；规划用地用海图层已同步更新。",
    "规划范围内新增幼儿园三所、小学一所、社区服务设施两处，建筑高度由江边向内逐级升高。",
    "规划范围内新增幼儿园四所、小学一所、社区服务设施两处、公共停车场一处，建筑高度由江边向内逐级升高。",
)
"""Why it was revised; the paragraph before; the paragraph after."""

WITHDRAWALS = {
    "waterside-path": "公示内容中的用地面积有误，现予撤回；核对后将重新公示。",
}
"""Notices that were withdrawn the day after, and why."""


def publish_notices(notices: list[CityNotice], people: dict[str, User]) -> None:
    """Load the counting rules and publish each notice that is not there yet."""
    call_command("load_calendar", verbosity=0)
    call_command("load_statutory_periods", verbosity=0)
    _load_local_period()
    for notice in notices:
        if not NoticeVersion.objects.filter(reference=notice.reference).exists():
            _publish(notice, people)
    close_due(timezone.localdate())


def revise_notices(notices: list[CityNotice], people: dict[str, User]) -> None:
    """Announce the revised notice anew, unless that is done; it points to the layers as they are now."""
    for notice in notices:
        if notice.key != REVISED:
            continue
        versions = NoticeVersion.objects.filter(reference=notice.reference)
        first = versions.get(number=1)
        if versions.count() == 1:
            _revise(first, people, notice.published_on + dt.timedelta(days=5))


def _load_local_period() -> None:
    StatutoryPeriod.objects.get_or_create(
        kind=NoticeKind.PRE_APPROVAL,
        region=Region.objects.get(code="990100"),
        defaults={
            "amount": 10,
            "unit": PeriodUnit.CALENDAR_DAYS,
            "basis": "《示例市城乡规划公开办法》第九条",
            "basis_text": "建设项目批前公示的时间不得少于十日。",
        },
    )


@transaction.atomic
def _publish(notice: CityNotice, people: dict[str, User]) -> None:
    editor, reviewer = people["editor"], people["reviewer"]
    region = Region.objects.get(code=notice.region)
    version = start_notice(
        Notice(region=region, kind=notice.kind, plan_level=_level(notice)), _draft(notice), editor
    )
    _add_parts(version, notice)
    _approve(submit_version(version, editor), reviewer, _morning(notice.published_on))
    if notice.key in WITHDRAWALS:
        _withdraw(version, people["registrar"], notice)


def _withdraw(version: NoticeVersion, by: User, notice: CityNotice) -> None:
    """As ``withdraw_version`` does it, but at a moment that lies behind us."""
    version.refresh_from_db()
    move(version, VersionState.WITHDRAWN)
    moment = _morning(notice.published_on + dt.timedelta(days=1))
    note(version, EventKind.WITHDRAWN, by, at=moment, reason=WITHDRAWALS[notice.key])


@transaction.atomic
def _revise(version: NoticeVersion, people: dict[str, User], day: dt.date) -> None:
    reason, before, after = REVISION
    version.refresh_from_db()
    revised = announce_anew(version, people["registrar"], reason)
    changed: Any = [
        (block["type"], block["value"].replace(before, after)) for block in revised.body.raw_data
    ]
    revised.body = changed
    revised.save()
    submitted = submit_version(revised, people["registrar"])
    version.refresh_from_db()
    move(version, VersionState.CLOSED)
    _approve(submitted, people["reviewer"], _morning(day))


def _morning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(PUBLICATION_HOUR)))


def _approve(version: NoticeVersion, by: User, moment: dt.datetime) -> None:
    """As ``approve_version`` does it, but at a moment that lies behind us."""
    version.publish_at, version.approved_by, version.approved_at = moment, by, moment
    set_clock(version)
    fields = (
        "publish_at",
        "approved_by",
        "approved_at",
        "opens_on",
        "first_closes_on",
        "closes_on",
    )
    move(version, VersionState.APPROVED, *fields)
    take_over(version)
    note(version, EventKind.APPROVED, by, at=moment)
    move(version, VersionState.PUBLISHED)
    kind = EventKind.REANNOUNCED if version.number > 1 else EventKind.PUBLISHED
    note(version, kind, None, at=moment, reason=version.change_reason)


def _level(notice: CityNotice) -> str:
    if notice.kind not in {NoticeKind.DRAFT_PLAN, NoticeKind.APPROVED_PLAN, NoticeKind.AMENDMENT}:
        return ""
    levels = {"总体规划": "overall", "保护规划": "special"}
    return next((level for word, level in levels.items() if word in notice.title), "detailed")


def _draft(notice: CityNotice) -> NoticeVersion:
    box = Polygon.from_bbox(notice.footprint)
    box.srid = FOOTPRINT_SRID
    period: dict[str, Any] = {}
    if notice.period_days:
        period = {
            "period_amount": notice.period_days,
            "period_unit": PeriodUnit.CALENDAR_DAYS,
            "how_to_object": (
                f"公示期内可来信、来电或到现场提出书面意见：{notice.contact_office}，"
                f"{notice.contact_address}，{notice.contact_phone}。"
            ),
        }
        local = StatutoryPeriod.objects.filter(kind=notice.kind).first()
        period["period_basis"] = local.basis if local else ""
    return NoticeVersion(
        title=notice.title,
        title_en=notice.title_en,
        reference=notice.reference,
        summary=notice.summary,
        summary_en=notice.summary_en,
        body=[("paragraph", f"<p>{text}</p>") for text in notice.paragraphs],
        place=notice.place,
        footprint=box,
        contact_office=notice.contact_office,
        contact_phone=notice.contact_phone,
        contact_address=notice.contact_address,
        source=notice.source,
        **period,
    )


def _add_parts(version: NoticeVersion, notice: CityNotice) -> None:
    for order, code in enumerate(notice.layers):
        NoticeLayer.objects.create(version=version, layer_code=code, sort_order=order)
    page = render_to_string("pages/plans/sample_document.html", {"notice": notice})
    NoticeDocument.objects.create(
        version=version,
        role=DocumentRole.EXPLANATION,
        title="编制说明" if notice.period_days else "公布文本",
        file=ContentFile(HTML(string=page).write_pdf(), name="document.pdf"),
    )
