"""The keys that a side has: statements at the public side, private keys at the internal one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from consultation.exchange.durable import write_file
from consultation.exchange.protocol.envelope import Recipient
from consultation.exchange.protocol.suites import HpkeOpener, Opener, SmOpener
from tiles.packages.keys import TrustStore
from tiles.packages.strict_json import StrictJsonError, load_object

from .errors import KeyRefused, NoRecipient
from .statement import Statement, verify

PREFERRED = (1, 2)
"""Suites in the order in which they are taken; an installation names its own."""


def recipient_at(
    folder: Path, trust: TrustStore, now: datetime, suites: tuple[int, ...] = PREFERRED
) -> Recipient:
    """Whom to seal to ``now``: of the first suite that has a key in force, the newest one.

    Raises ``NoRecipient`` where none is in force, ``KeyRefused`` and the refusals of
    ``tiles.packages.signing`` where a statement is not as signed: a folder that somebody changed is
    no place to take keys from.
    """
    statements = [verify(path.read_bytes(), trust) for path in sorted(folder.glob("*.json"))]
    for suite in suites:
        found = [one for one in statements if one.suite == suite and one.is_in_force(now)]
        if found:
            return max(found, key=lambda one: one.not_before).recipient()
    raise NoRecipient(f"of {len(statements)} statements in {folder.name}")


def keep_opener(folder: Path, epoch: int, opener: HpkeOpener | SmOpener) -> Path:
    """Write a private key; never over another. Raises ``KeyRefused``."""
    path = folder / f"recipient-{epoch}-{opener.suite}.key"
    if path.exists():
        raise KeyRefused(f"{path.name} is there already; keys are never overwritten")
    text = "".join(
        (
            f'{{"suite": {opener.suite}, "epoch": {epoch},\n',
            f' "private_key": "{base64.b64encode(opener.private_key).decode()}",\n',
            f' "public_key": "{base64.b64encode(opener.public_key()).decode()}"}}\n',
        )
    )
    write_file(path, text.encode("ascii"))
    return path


def openers_in(folder: Path) -> Mapping[tuple[int, int], Opener]:
    """The private keys of a folder by suite and epoch. Raises ``KeyRefused``."""
    found: dict[tuple[int, int], Opener] = {}
    for path in sorted(folder.glob("*.key")):
        suite, epoch, opener = _read_opener(path)
        found[suite, epoch] = opener
    return found


def destroy_openers(folder: Path, statements: list[Statement], before: datetime) -> list[str]:
    """Delete private keys whose statement ended before ``before``; returns their names.

    What is still sealed to them can never be opened again; that is what it is for.
    """
    ended = {
        f"recipient-{one.epoch}-{one.suite}.key" for one in statements if one.not_after <= before
    }
    gone = [path for path in sorted(folder.glob("*.key")) if path.name in ended]
    for path in gone:
        path.unlink()
    return [path.name for path in gone]


def _read_opener(path: Path) -> tuple[int, int, Opener]:
    try:
        document = load_object(path.read_bytes())
        private = base64.b64decode(document["private_key"], validate=True)
        public = base64.b64decode(document["public_key"], validate=True)
        suite, epoch = document["suite"], document["epoch"]
        opener: Opener = HpkeOpener(private) if suite == 1 else SmOpener(private, public)
    except (OSError, StrictJsonError, KeyError, TypeError, binascii.Error) as error:
        raise KeyRefused(path.name) from error
    if suite not in PREFERRED or not isinstance(epoch, int):
        raise KeyRefused(path.name)
    return suite, epoch, opener
