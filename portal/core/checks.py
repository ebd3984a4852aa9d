"""System checks: what must hold before the site is served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

from portal.core.import_map import VENDORED


@register("portal")
def readiness_checks_exist(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every dotted path of ``READINESS_CHECKS`` can be imported."""
    problems: list[CheckMessage] = []
    for path in getattr(settings, "READINESS_CHECKS", ()):
        try:
            import_string(path)
        except ImportError as problem:
            problems.append(Error(f"READINESS_CHECKS: {path}: {problem}", id="portal.core.E001"))
    return problems


@register("portal")
def browser_libraries_exist(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The browser libraries were copied to ``static/vendor``."""
    return [
        Warning(
            f"{path} is missing: maps will not open",
            hint="npm ci --ignore-scripts && python -m portal.assets",
            id="portal.core.W001",
        )
        for path in VENDORED.values()
        if finders.find(path) is None
    ]


@register("portal", deploy=True)
def web_workers_share_a_cache(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Where several processes answer, they count requests in one cache."""
    backend = str(settings.CACHES["default"]["BACKEND"])
    if settings.WEB_WORKERS <= 1 or not backend.endswith(".LocMemCache"):
        return []
    return [
        Warning(
            f"each of the {settings.WEB_WORKERS} web workers has a cache of its own: "
            "a client may do as many times what the rate limits allow",
            hint="CACHE_URL=redis://host:port/db, or CACHE_URL=database and migrate",
            id="portal.core.W002",
        )
    ]
