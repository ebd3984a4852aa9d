"""Notices and the officials who take them through the procedure."""

from __future__ import annotations

import datetime
import io
from typing import Any

from django.contrib.auth.models import Permission, User
from django.contrib.gis.geos import Polygon
from django.core.files.base import ContentFile
from django.utils import timezone
from pypdf import PdfWriter

from portal.core.regions.models import Region
from portal.plans.models import Notice, NoticeDocument, NoticeLayer, NoticeVersion
from portal.plans.models.version_queries import FOOTPRINT_SRID
from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.draft import start_notice
from portal.plans.procedure.submit import submit_version
from portal.staff.enums import Column
from portal.staff.models import Posting

CITY, COUNTY, FOREIGN_CITY = "990100", "990102", "990200"
NAMES = {
    "100000": "全国",
    "990000": "示例省",
    CITY: "示例市",
    COUNTY: "江湾区",
    FOREIGN_CITY: "范例市",
}
PARENTS = {"990000": "100000", CITY: "990000", COUNTY: CITY, FOREIGN_CITY: "990000"}
LEVELS = {"100000": 0, "990000": 1, CITY: 2, COUNTY: 3, FOREIGN_CITY: 2}
PLACE = (113.0, 28.19, 113.01, 28.2)


def _blank_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


PDF = _blank_pdf()


def make_region(code: str = CITY) -> Region:
    """A division of the sample province, with everything above it."""
    parent = make_region(PARENTS[code]) if code in PARENTS else None
    region, _ = Region.objects.get_or_create(
        code=code, defaults={"name": NAMES[code], "level": LEVELS[code], "parent": parent}
    )
    return region


def make_official(name: str, *permissions: str, region: str = CITY) -> User:
    """An official who keeps notices in a division; permissions such as ``draft_notice``."""
    user, _ = User.objects.get_or_create(username=name)
    wanted = Permission.objects.filter(codename__in=[*permissions, "access_admin"])
    user.user_permissions.add(*wanted)
    Posting.objects.get_or_create(user=user, region=make_region(region), column=Column.NOTICES)
    return User.objects.get(pk=user.pk)


def editor(region: str = CITY) -> User:
    return make_official(f"编辑{region}", "draft_notice", region=region)


def approver(region: str = CITY) -> User:
    return make_official(f"审批{region}", "approve_notice", region=region)


def registrar(region: str = CITY) -> User:
    return make_official(f"登记{region}", "administer_notice", region=region)


def in_days(days: int) -> datetime.date:
    """A day counted from today."""
    return timezone.localdate() + datetime.timedelta(days=days)


def draft(
    *,
    kind: str = "pre_approval",
    region: str = CITY,
    level: str = "",
    layers: tuple[str, ...] = (),
    place: tuple[float, float, float, float] | None = None,
    place_text: str = "",
    **fields: Any,
) -> NoticeVersion:
    """Version 1 of a new notice, in work; its period of ten days can be changed by ``fields``."""
    values: dict[str, Any] = {
        "title": f"公示第{Notice.objects.count() + 1}号",
        "summary": "一句话摘要",
        "body": [("paragraph", "<p>项目拟选址于示例路北侧。</p>")],
        "period_amount": 10,
        "period_unit": "calendar",
        "place": place_text,
    } | fields
    if place:
        box = Polygon.from_bbox(place)
        box.srid = FOOTPRINT_SRID
        values["footprint"] = box
    notice = Notice(region=make_region(region), kind=kind, plan_level=level)
    version = start_notice(notice, NoticeVersion(**values), editor(region))
    for order, code in enumerate(layers):
        NoticeLayer.objects.create(version=version, layer_code=code, sort_order=order)
    return version


def add_document(
    version: NoticeVersion, content: bytes = PDF, title: str = "文本"
) -> NoticeDocument:
    """A document of a version in work."""
    document = NoticeDocument(version=version, role="text", title=title)
    document.file = ContentFile(content, name="upload.bin")
    document.save()
    return document


def submitted(**fields: Any) -> NoticeVersion:
    """A version that waits for approval."""
    region = fields.get("region", CITY)
    return submit_version(draft(**fields), editor(region))


def published(**fields: Any) -> NoticeVersion:
    """A version that the public can read since now."""
    region = fields.get("region", CITY)
    return approve_version(submitted(**fields), approver(region))


def published_in_the_past(days: int, **fields: Any) -> NoticeVersion:
    """A version that was published ``days`` ago; the database allows it at approval only."""
    from portal.plans.enums import EventKind, VersionState
    from portal.plans.procedure.decide import set_clock, take_over
    from portal.plans.procedure.step import move, note

    version = submitted(**fields)
    region = fields.get("region", CITY)
    moment = timezone.now() - datetime.timedelta(days=days)
    version.publish_at, version.approved_by, version.approved_at = moment, approver(region), moment
    set_clock(version)
    move(
        version,
        VersionState.APPROVED,
        *("publish_at", "approved_by", "approved_at", "opens_on", "first_closes_on", "closes_on"),
    )
    take_over(version)
    move(version, VersionState.PUBLISHED)
    note(version, EventKind.PUBLISHED, None, at=moment)
    return version
