"""Strict readers of environment variables: a wrong value stops the start with the variable's name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

T = TypeVar("T")
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class EnvironmentVariableError(Exception):
    """An environment variable is missing or malformed (环境变量有误)."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"环境变量 {name} 有误 / environment variable {name}: {problem}")


def _read(name: str, default: T | None, parse: Callable[[str], T], wanted: str) -> T:
    raw = os.environ.get(name, "").strip()
    if not raw:
        if default is None:
            raise EnvironmentVariableError(name, f"required, {wanted}")
        return default
    try:
        return parse(raw)
    except (ValueError, KeyError) as error:
        raise EnvironmentVariableError(name, f"{wanted}") from error


def _parse_bool(raw: str) -> bool:
    lowered = raw.lower()
    if lowered in TRUE:
        return True
    if lowered in FALSE:
        return False
    raise ValueError(raw)


def env_str(name: str, default: str | None = None) -> str:
    """A non-empty string; without a default the variable is required."""
    return _read(name, default, str, "a non-empty text")


def env_optional(name: str) -> str:
    """A string that may be absent: then empty."""
    return os.environ.get(name, "").strip()


def env_http_url(name: str) -> str:
    """An address of http or https that may be absent: then empty."""
    raw = env_optional(name)
    if raw and (urlsplit(raw).scheme not in {"http", "https"} or not urlsplit(raw).hostname):
        raise EnvironmentVariableError(name, "an address of http or https")
    return raw


def env_bool(name: str, default: bool | None = None) -> bool:
    return _read(name, default, _parse_bool, "one of 1/0, true/false, yes/no, on/off")


def env_int(name: str, default: int | None = None) -> int:
    return _read(name, default, int, "a whole number")


def env_between(name: str, default: int, least: int, most: int) -> int:
    """A whole number from ``least`` to ``most``."""
    value = env_int(name, default)
    if not least <= value <= most:
        raise EnvironmentVariableError(name, f"a whole number from {least} to {most}")
    return value


def env_float(name: str, default: float | None = None) -> float:
    """A positive number."""
    value = _read(name, default, float, "a positive number")
    if not 0 < value < float("inf"):
        raise EnvironmentVariableError(name, "a positive number")
    return value


def env_list(name: str, default: list[str] | None = None) -> list[str]:
    """Comma-separated values, blanks dropped."""
    return _read(
        name,
        default,
        lambda raw: [part.strip() for part in raw.split(",") if part.strip()],
        "a list",
    )


def env_path(name: str, default: Path | None = None) -> Path:
    return _read(name, default, lambda raw: Path(raw).expanduser().resolve(), "a path")


def env_clock(name: str, default: str) -> time | None:
    """A time of day as ``HH:MM``; unset: the default, empty: none."""
    raw = os.environ.get(name, default).strip()
    if not raw:
        return None
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", raw):
        raise EnvironmentVariableError(name, "a time of day as HH:MM, or empty")
    return time.fromisoformat(raw)


def env_database(name: str, default_sqlite: Path) -> dict[str, object]:
    """``sqlite:///absolute/path`` or ``postgis://user:password@host:port/name``.

    Returns a Django ``DATABASES`` entry on SpatiaLite or PostGIS.
    """
    raw = os.environ.get(name, "").strip()
    if not raw:
        return _spatialite(default_sqlite)
    url = urlsplit(raw)
    if url.scheme in {"sqlite", "spatialite"} and url.path:
        return _spatialite(Path(unquote(url.path)))
    if url.scheme in {"postgis", "postgres", "postgresql"} and url.path.strip("/"):
        return _postgis(raw, name)
    raise EnvironmentVariableError(name, "sqlite:///path or postgis://user:password@host:port/name")


def _spatialite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "portal.database.spatialite",
        "NAME": str(path),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            # IMMEDIATE: two writers queue for `timeout` seconds instead of failing half-way
            # through a transaction with "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def _postgis(raw: str, name: str) -> dict[str, object]:
    url = urlsplit(raw)
    try:
        port = url.port
    except ValueError as error:
        raise EnvironmentVariableError(name, "the port must be a whole number") from error
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def env_cache(name: str) -> dict[str, object]:
    """``redis://host:port/db``, ``database`` or nothing (local memory)."""
    raw = os.environ.get(name, "").strip()
    if raw.startswith(("redis://", "rediss://", "unix://")):
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": raw}
    if raw == "database":
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
        }
    if raw in {"", "locmem"}:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    raise EnvironmentVariableError(name, "redis://host:port/db, database or locmem")
