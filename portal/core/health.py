"""Health of the process and readiness of what it needs (健康检查)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

# A check returns the problems that it finds, in plain words; no problem means ready.
ReadinessCheck = Callable[[], Sequence[str]]


def database() -> list[str]:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return []


def migrations() -> list[str]:
    """Every migration of this code is applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration} is not applied" for migration, _backwards in plan]


def readiness_checks() -> dict[str, ReadinessCheck]:
    """The built-in checks and those that ``READINESS_CHECKS`` names by dotted path."""
    checks: dict[str, ReadinessCheck] = {"database": database, "migrations": migrations}
    for path in getattr(settings, "READINESS_CHECKS", ()):
        checks[path.rpartition(".")[2]] = import_string(path)
    return checks


def run_check(name: str, check: ReadinessCheck) -> bool:
    """Whether a check passes; a check that breaks has not passed."""
    try:
        problems = check()
    except Exception:
        # Whatever broke, this part is not ready; the log says why.
        logger.exception("readiness check %s broke", name)
        return False
    for problem in problems:
        logger.error("readiness check %s: %s", name, problem)
    return not problems


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process can answer at all; touches nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything the site needs is there, else 503. The causes stand in the log only."""
    results = {name: run_check(name, check) for name, check in readiness_checks().items()}
    ready = all(results.values())
    body = {
        "status": "ok" if ready else "unavailable",
        "checks": {name: "ok" if passed else "failed" for name, passed in results.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)
