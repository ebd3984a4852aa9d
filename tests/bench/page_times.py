"""``python -m tests.bench.page_times NOTICES ROUNDS``: fill notices, time the pages, print JSON."""

from __future__ import annotations

import datetime
import json
import statistics
import sys
import time
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.gis.geos import Polygon  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from portal.core.regions.models import Region  # noqa: E402
from portal.plans.models import Notice, NoticeVersion  # noqa: E402
from portal.policies.models import Article, Edition, Regulation  # noqa: E402

KINDS = ("draft_plan", "pre_approval", "approved_plan", "building_permit")
WORDS = ["土地", "规划", "公示", "征地补偿", "容积率"]


def fill_notices(count: int) -> None:
    """Published notices over three years; a seventh of them is open today."""
    author, approver = User.objects.get(username="editor"), User.objects.get(username="reviewer")
    regions = list(Region.objects.filter(code__startswith="9901"))
    start = 10_000  # far from the serials of the sample notices
    now = timezone.now()
    notices = Notice.objects.bulk_create(
        Notice(
            region=regions[number % len(regions)],
            kind=KINDS[number % len(KINDS)],
            year=now.year,
            serial=start + number,
            code=f"{regions[number % len(regions)].code}-{now.year}-{start + number}",
        )
        for number in range(count)
    )
    body = json.dumps([{"type": "paragraph", "value": "<p>规划内容。</p>" * 40, "id": "1"}])
    versions = [_version(notice, body, author, place) for place, notice in enumerate(notices)]
    NoticeVersion.objects.bulk_create(versions, batch_size=500)
    fresh = NoticeVersion.objects.filter(notice__serial__gte=start)
    fresh.update(state="awaiting", submitted_by=author, content_hash="0" * 64)
    for step in range(30):
        moment = now - datetime.timedelta(days=36 * step)
        opens = timezone.localdate(moment)
        share = fresh.filter(notice__serial__in=range(start + step, start + count, 30))
        share.update(
            state="approved",
            approved_by=approver,
            publish_at=moment,
            opens_on=opens,
            closes_on=opens + datetime.timedelta(days=100),
        )
    fresh.filter(state="approved").update(state="published")
    if connection.vendor == "postgresql":
        # What autovacuum does within a minute: the updates above left several dead rows for each.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _version(notice: Notice, body: str, author: User, place: int) -> NoticeVersion:
    west, south = 113.5 + (place % 70) * 0.01, 29.9 + (place // 70) * 0.005
    box = Polygon.from_bbox((west, south, west + 0.004, south + 0.004))
    box.srid = 4490
    return NoticeVersion(
        notice=notice,
        title=f"示例地块{place}号建设项目批前公示",
        summary="一句话摘要",
        body=body,
        footprint=box,
        author=author,
        source="示例市自然资源和规划局",
    )


def paths() -> list[str]:
    """The pages that readers ask for most, and the heaviest of their kind."""
    notice = Notice.objects.order_by("-serial")[0]
    revised = NoticeVersion.objects.filter(number=2).select_related("notice").first()
    found = [
        *("/", "/plans/", "/plans/?status=open", "/plans/?kind=draft_plan&region=990102"),
        *("/plans/?bbox=113.6,29.9,113.7,30.0", "/plans/?q=4711", "/plans/?page=200"),
        *("/plans/regions/", f"/plans/{notice.code}/", f"/plans/{notice.code}/v/1/record.json"),
        *("/policies/", "/map/", "/statistics/", "/sitemap/", "/help/", "/accessibility/"),
        *(f"/search/?q={word}" for word in WORDS),
        "/search/?q=土地管理法第四十四条",
    ]
    if revised:
        found.append(f"{revised.get_absolute_url()}changes/")
    return found + _policy_paths()


def _policy_paths() -> list[str]:
    longest = Edition.objects.annotate(count=Count("articles")).order_by("-count")[:1]
    found = [edition.get_absolute_url() for edition in longest]
    article = Article.objects.filter(edition__regulation__title__contains="土地管理法").first()
    regulation = Regulation.objects.order_by("pk").first()
    return found + [item.get_absolute_url() for item in (article, regulation) if item]


def measure(client: Client, path: str, rounds: int) -> dict[str, Any]:
    """Median and 95th percentile in ms, median CPU in ms, and the number of queries."""
    status = client.get(path).status_code
    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        client.get(path)
    times, cpu = [], []
    for _round in range(rounds):
        begun, worked = time.perf_counter(), time.process_time()
        response = client.get(path)
        b"".join(response) if response.streaming else response.content
        times.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    times.sort()
    return {
        "path": path,
        "status": status,
        "median": statistics.median(times),
        "p95": times[int(len(times) * 0.95) - 1],
        "cpu": statistics.median(cpu),
        "queries": len(asked),
    }


def main() -> None:
    count, rounds = int(sys.argv[1]), int(sys.argv[2])
    if count:
        fill_notices(count)
    rows = []
    for number, path in enumerate(paths()):
        # Each page is asked for by another address: a refusal to ask so often is no page.
        client = Client(headers={"host": "127.0.0.1"}, REMOTE_ADDR=f"192.0.2.{number + 1}")
        rows.append(measure(client, path, rounds))
    print(json.dumps(rows, ensure_ascii=False))


if __name__ == "__main__":
    main()
