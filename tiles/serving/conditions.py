"""HTTP request headers that decide how a tile is sent (RFC 9110)."""

from __future__ import annotations

import re
from functools import lru_cache

_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_QUALITY = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII | re.IGNORECASE)


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Whether ``Accept-Encoding`` allows gzip and does not prefer identity.

    Without the header the answer is no: whoever did not ask might not be able to unpack.
    """
    weights = _weights(accept_encoding)
    gzip = max((weights[name] for name in ("gzip", "x-gzip") if name in weights), default=None)
    if gzip is None:
        gzip = weights.get("*", 0.0)
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def none_match(if_none_match: str, etag: str) -> bool:
    """Whether ``If-None-Match`` names the tag (weak comparison) or is ``*``: then 304 is due."""
    if if_none_match.strip() == "*":
        return True
    return etag in _ENTITY_TAG.findall(if_none_match)


def _weights(header: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for item in header.split(","):
        coding, _, parameters = item.partition(";")
        name = coding.strip().lower()
        if name:
            weights[name] = _quality(parameters.strip())
    return weights


def _quality(parameters: str) -> float:
    """The weight of one coding; a malformed weight counts as a refusal."""
    if not parameters:
        return 1.0
    match = _QUALITY.fullmatch(parameters.replace(" ", ""))
    return float(match[1]) if match else 0.0
