"""Keeps search true when a notice becomes public, is extended or withdrawn; run by the worker."""

from __future__ import annotations

from django_tasks import task

from portal.plans.models import NoticeVersion
from portal.plans.search_source import NOTICE, REGION
from portal.search.refresh import refresh


@task()
def index_notice(code: str, region: str) -> None:
    """Index a notice and its division anew; what is not public any more leaves the index."""
    refresh(NOTICE, [code])
    refresh(REGION, [region])


def on_change(version: NoticeVersion) -> None:
    """Queue it: a queue that is busy must not hold up the procedure."""
    index_notice.enqueue(version.notice.code, version.notice.region_id)
