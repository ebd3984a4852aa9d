"""What the hash of an event is taken over: one canonical text for one event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

Fact: TypeAlias = "str | int | bool | Sequence[Fact] | Mapping[str, Fact] | None"
FIRST_PREVIOUS = "0" * 64
"""What the first event of a chain follows."""


class UnfitFactError(TypeError):
    """A fact that two engines or two runs might write differently (审计要素类型不符)."""

    code = "unfit_fact"

    def __init__(self, path: str, value: object) -> None:
        kind = type(value).__name__
        super().__init__(
            f"审计要素 {path} 不能是 {kind} 类型 / audit fact {path} may not be of type {kind}"
        )


def storable(text: str) -> str:
    """Text that every engine keeps: no NUL, no lone surrogate."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")


def canonical_facts(facts: Mapping[str, Fact] | None) -> str:
    """Facts as JSON with sorted keys and no spaces.

    Floats are refused: their digits are not the same everywhere.
    """
    return _as_json(_checked(facts or {}, "facts"))


def _checked(value: object, path: str) -> Fact:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): _checked(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(item, f"{path}[{number}]") for number, item in enumerate(value)]
    raise UnfitFactError(path, value)


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


HASHED = (
    "sequence",
    "at",
    "actor_id",
    "actor_name",
    "address",
    "action",
    "target_type",
    "target_id",
    "target_text",
    "region_code",
    "facts_json",
    "previous",
)
"""The columns under the hash, in the order of ``digest``'s arguments."""


def digest(values: tuple[object, ...]) -> str:
    """SHA-256 over the values of ``HASHED`` as one JSON list, in hexadecimal.

    ``at`` is written in UTC with microseconds.
    """
    sequence, at, *rest = values
    if not isinstance(at, datetime):
        raise UnfitFactError("at", at)
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_as_json([sequence, moment, *rest]).encode()).hexdigest()
