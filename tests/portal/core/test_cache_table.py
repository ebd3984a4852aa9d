"""A cache in the database: its table is there after migrate, and pages that count requests work."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks

from tests.factories.installation import Installation

pytestmark = pytest.mark.slow


def test_migrate_makes_the_table_and_pages_that_count_requests_work(installation: Installation):
    installation.cache_url = "database"
    installation.manage("migrate", "--noinput", "-v", "0")
    installation.manage("migrate", "--noinput", "-v", "0")
    with installation.serving():
        assert installation.get("/readyz").status == 200
        assert installation.get("/search/?q=plan").status == 200


def test_a_missing_table_is_told_by_the_readiness_check(installation: Installation):
    installation.cache_url = "database"
    told = installation.shell(
        "from portal.core.cache_table import table_is_there; print(table_is_there())"
    )
    assert "portal_cache" in told
    installation.cache_url = ""
    told = installation.shell(
        "from portal.core.cache_table import table_is_there; print(table_is_there())"
    )
    assert told == "[]"


@pytest.mark.parametrize(
    ("workers", "backend", "warned"),
    [
        (2, "locmem.LocMemCache", True),
        (1, "locmem.LocMemCache", False),
        (2, "redis.RedisCache", False),
        (2, "db.DatabaseCache", False),
    ],
)
def test_several_web_workers_without_a_shared_cache_are_warned_of(
    settings, workers, backend, warned
):
    settings.WEB_WORKERS = workers
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}"}}
    found = run_checks(tags=["portal"], include_deployment_checks=True)
    assert any(each.id == "portal.core.W002" for each in found) is warned
