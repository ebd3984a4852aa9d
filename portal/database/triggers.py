"""Guards: triggers by which the database itself refuses a change, on both engines.

A guard holds against everything that speaks to the database: pages, bulk updates, a shell, another
program. Apps name their guards in a module and hand them to ``register``; they are installed after
every ``migrate``, because SQLite loses the triggers of a table that a migration rebuilds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Event = Literal["INSERT", "UPDATE", "DELETE", "TRUNCATE"]


@dataclass(frozen=True)
class Guard:
    """Refuse ``event`` on ``table`` where ``condition`` holds.

    ``condition``: SQL over ``OLD.`` and ``NEW.`` that both engines understand (SQLite since 3.39
    knows ``IS DISTINCT FROM``). ``message``: what the refusal says, Chinese and English.
    """

    name: str
    table: str
    event: Event
    condition: str
    message: str


_registered: dict[str, Guard] = {}


def register(guards: Iterable[Guard]) -> None:
    """Have these guards installed after every ``migrate``; names are unique."""
    for guard in guards:
        _registered[guard.name] = guard


def registered() -> list[Guard]:
    """Every guard that has to be in the database."""
    return list(_registered.values())


def _sqlite(guard: Guard) -> list[str]:
    drop = f'DROP TRIGGER IF EXISTS "{guard.name}"'
    if guard.event == "TRUNCATE":  # SQLite has no such statement
        return [drop]
    message = guard.message.replace("'", "''")
    return [
        drop,
        f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}"'
        f" FOR EACH ROW WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]


def _postgresql(guard: Guard) -> list[str]:
    message = guard.message.replace("'", "''").replace("%", "%%")
    raising = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
    drop = f'DROP TRIGGER IF EXISTS "{guard.name}" ON "{guard.table}"'
    function = f'CREATE OR REPLACE FUNCTION "{guard.name}"() RETURNS trigger LANGUAGE plpgsql AS'
    if guard.event == "TRUNCATE":
        body = f"BEGIN {raising} END"
        timing = "FOR EACH STATEMENT"
    else:
        row = "OLD" if guard.event == "DELETE" else "NEW"
        body = f"BEGIN IF {guard.condition} THEN {raising} END IF; RETURN {row}; END"
        timing = "FOR EACH ROW"
    return [
        drop,
        f"{function} $guard${body}$guard$",
        f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" {timing}'
        f' EXECUTE FUNCTION "{guard.name}"()',
    ]


def install(connection: BaseDatabaseWrapper, guards: Iterable[Guard]) -> None:
    """Create the guards anew; those whose table is not there yet are left out."""
    tables = set(connection.introspection.table_names())
    render = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        for guard in guards:
            if guard.table in tables:
                for statement in render(guard):
                    cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, guards: Iterable[Guard]) -> None:
    """Drop the guards: for tests that have to break what a guard protects."""
    with connection.cursor() as cursor:
        for guard in guards:
            on_table = "" if connection.vendor == "sqlite" else f' ON "{guard.table}"'
            cursor.execute(f'DROP TRIGGER IF EXISTS "{guard.name}"{on_table}')


def missing(connection: BaseDatabaseWrapper) -> list[Guard]:
    """Registered guards that the database does not have or has switched off."""
    if connection.vendor == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [
        guard
        for guard in registered()
        if guard.name not in present
        and not (connection.vendor == "sqlite" and guard.event == "TRUNCATE")
    ]


def install_after_migrate(*, using: str, **_kwargs: Any) -> None:
    """Receiver of ``post_migrate``."""
    install(connections[using], registered())


def guards_are_installed() -> list[str]:
    """Readiness check: without its guards the database would take what must be refused."""
    return [
        f"guard {guard.name} is not in the database" for guard in missing(connections["default"])
    ]
