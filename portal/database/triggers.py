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
    knows ``IS DISTINCT FROM``); for ``TRUNCATE``, which only PostgreSQL knows, over the table.
    ``message``: what the refusal says, Chinese and English.
    """

    name: str
    table: str
    event: Event
    condition: str
    message: str


def append_only(name: str, table: str, sequence: str, message: str) -> list[Guard]:
    """Guards of a table whose rows are only added, each with the next number of ``sequence``.

    The guard on INSERT is no luxury: SQLite's ``INSERT OR REPLACE`` removes the row in its way
    without firing the DELETE trigger.
    """
    after_last = f'(SELECT COALESCE(MAX("{sequence}"), 0) + 1 FROM "{table}")'  # noqa: S608
    return [
        Guard(f"{name}_insert", table, "INSERT", f'NEW."{sequence}" <> {after_last}', message),
        Guard(f"{name}_update", table, "UPDATE", "1 = 1", message),
        Guard(f"{name}_delete", table, "DELETE", "1 = 1", message),
        Guard(f"{name}_truncate", table, "TRUNCATE", "1 = 1", message),
    ]


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


def _postgresql_body(guard: Guard) -> str:
    message = guard.message.replace("'", "''").replace("%", "%%")
    raising = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
    row = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(guard.event, "NEW")
    return f"BEGIN IF {guard.condition} THEN {raising} END IF; RETURN {row}; END"


def _postgresql(guard: Guard) -> list[str]:
    function = f'CREATE OR REPLACE FUNCTION "{guard.name}"() RETURNS trigger LANGUAGE plpgsql AS'
    timing = "FOR EACH STATEMENT" if guard.event == "TRUNCATE" else "FOR EACH ROW"
    return [
        f'DROP TRIGGER IF EXISTS "{guard.name}" ON "{guard.table}"',
        f"{function} $guard${_postgresql_body(guard)}$guard$",
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
    """Registered guards that the database lacks, has switched off, or has in another wording."""
    present = _present(connection)
    return [
        guard
        for guard in registered()
        if not (connection.vendor == "sqlite" and guard.event == "TRUNCATE")
        and present.get((guard.table, guard.name)) != _wording(connection.vendor, guard)
    ]


def _present(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], str]:
    """(table, trigger) -> wording of the triggers that are switched on."""
    if connection.vendor == "sqlite":
        query = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT c.relname, t.tgname, p.prosrc FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
            " AND c.relnamespace = current_schema()::regnamespace"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {(table, name): wording for table, name, wording in cursor.fetchall()}


def _wording(vendor: str, guard: Guard) -> str:
    """What the database's own catalogue holds of a guard that stands as it was written."""
    return _sqlite(guard)[-1] if vendor == "sqlite" else _postgresql_body(guard)


def remove_before_migrate(*, using: str, **_kwargs: Any) -> None:
    """Receiver of ``pre_migrate``: SQLite renames no table while a guard speaks of a missing one.

    Django changes a table there by dropping it and renaming its copy.
    """
    if connections[using].vendor == "sqlite":
        remove(connections[using], registered())


def install_after_migrate(*, using: str, **_kwargs: Any) -> None:
    """Receiver of ``post_migrate``."""
    install(connections[using], registered())


def guards_are_installed() -> list[str]:
    """Readiness check: without its guards the database would take what must be refused."""
    return [
        f"guard {guard.name} is not in the database" for guard in missing(connections["default"])
    ]
