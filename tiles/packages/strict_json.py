"""JSON from outside: one object, UTF-8, no doubled keys, no NaN, no endless nesting."""

from __future__ import annotations

import json
from typing import Any


class StrictJsonError(ValueError):
    """The bytes are no JSON object of the strict kind."""


def load_object(raw: bytes) -> dict[str, Any]:
    """Parse ``raw`` into one object. Raises ``StrictJsonError``."""
    try:
        document = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_no_doubles, parse_constant=_no_constant
        )
    except StrictJsonError:
        raise
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise StrictJsonError("no valid JSON") from error
    if not isinstance(document, dict):
        raise StrictJsonError("must be one JSON object")
    return document


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise StrictJsonError("a key stands there twice")
    return found


def _no_constant(name: str) -> Any:
    raise StrictJsonError(f"{name} is no JSON number")
