"""Anchors outside the database (外部锚点): without them nobody sees that the newest events are gone.

Each event, once committed, leaves a line with its number and hash in ``AUDIT_ANCHORS``, sealed with
a key that the database does not hold. The file should lie on another disk or be shipped away.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from portal.core.keys import key_of, keys_of

logger = logging.getLogger(__name__)
SALT = "portal.core.audit.anchors"
KEY_SETTING = "AUDIT_ANCHOR_KEY"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A number of the chain and the hash that stood there; ``line`` counts from 1.

    ``sound`` tells whether the seal is ours.
    """

    line: int
    sequence: int
    hash: str
    sound: bool


def seal(sequence: int, digest: str, secret: str | bytes | None = None) -> str:
    """The seal of a line, in hexadecimal; by the present key unless ``secret`` is another."""
    key = secret or key_of(KEY_SETTING)
    return salted_hmac(SALT, f"{sequence}:{digest}", key, algorithm="sha256").hexdigest()


def drop_anchor(sequence: int, digest: str) -> None:
    """Append a line; the event has been committed, so a full disk is reported and not raised."""
    path = Path(settings.AUDIT_ANCHORS)
    line = json.dumps({"sequence": sequence, "hash": digest, "seal": seal(sequence, digest)})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
        finally:
            os.close(handle)
    except OSError:
        logger.exception("审计锚点未能写入 / the audit anchor could not be written: %s", path)


def read_anchors(path: Path, after: int = 0) -> Iterator[Anchor]:
    """The lines of the file behind line ``after``; one that cannot be read counts as unsound,
    with number 0."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if number > after:
                yield _parse(number, line)


def _parse(number: int, line: str) -> Anchor:
    try:
        found = json.loads(line)
        sequence, digest, given = int(found["sequence"]), str(found["hash"]), str(found["seal"])
    except (ValueError, KeyError, TypeError):
        return Anchor(number, 0, "", sound=False)
    keys = keys_of(KEY_SETTING)
    sound = any(constant_time_compare(seal(sequence, digest, key), given) for key in keys)
    return Anchor(number, sequence, digest, sound=sound)
