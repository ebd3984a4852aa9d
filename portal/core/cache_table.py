"""The table of the cache that lies in the database (``CACHE_URL=database``): no migration has it.

Django makes it by a command of its own, because only the settings say whether there is one. Here
it is made after every ``migrate``, so that there is nothing to remember.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.management import call_command
from django.db import connection


def make_after_migrate(*, using: str, **_kwargs: Any) -> None:
    """Receiver of ``post_migrate``: the tables of all caches that lie in this database."""
    if _tables():
        call_command("createcachetable", database=using, verbosity=0)


def table_is_there() -> list[str]:
    """Readiness check: without its table every page that counts requests would fail."""
    missing = set(_tables()) - set(connection.introspection.table_names()) if _tables() else set()
    return [f"cache table {name} is not in the database: run migrate" for name in sorted(missing)]


def _tables() -> list[str]:
    found = (caches[alias] for alias in settings.CACHES)
    return [str(vars(cache)["_table"]) for cache in found if isinstance(cache, BaseDatabaseCache)]
