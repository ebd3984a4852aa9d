"""The key ceremony (密钥仪式): what is made where, by whom, and what leaves which machine.

Roots are made once, offline, by three people; two of them sign each month's recipient key, which is
made at the internal node. Nothing private ever leaves the machine that it was made on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consultation.exchange.durable import write_file
from consultation.exchange.protocol.frame import LINK_KEY_BYTES
from consultation.exchange.protocol.suites import HpkeOpener, SmOpener
from tiles.packages.keys import make_keys

from .errors import KeyRefused
from .ring import keep_opener
from .statement import Statement, sign

ROOT_NAMES = ("root-1", "root-2", "root-3")
LINK_NAME = "link.key"
OVERLAP_DAYS = 7
_MAKERS: dict[int, Callable[[], HpkeOpener | SmOpener]] = {
    1: HpkeOpener.generate,
    2: SmOpener.generate,
}


def make_roots(folder: Path, names: tuple[str, ...] = ROOT_NAMES) -> None:
    """Three offline roots and the trust file that demands two of them."""
    make_keys(folder, names)


def make_link_key(folder: Path) -> Path:
    """The key of the frames' codes; sender and recorder both have it. Raises ``KeyRefused``."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / LINK_NAME
    if path.exists():
        raise KeyRefused(f"{path.name} is there already; keys are never overwritten")
    write_file(path, secrets.token_bytes(LINK_KEY_BYTES).hex().encode("ascii") + b"\n")
    return path


def read_link_key(path: Path) -> bytes:
    """32 bytes, written as hexadecimal. Raises ``KeyRefused``."""
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise KeyRefused(path.name) from error
    if len(key) != LINK_KEY_BYTES:
        raise KeyRefused(f"{path.name}: {len(key)} bytes, {LINK_KEY_BYTES} are needed")
    return key


def make_recipient(folder: Path, epoch: int, suite: int) -> Statement:
    """A month's key pair: the private half stays in ``folder``, the statement is to be signed.

    In force from the first of the month to some days into the next, so that a late delivery closes
    no intake. Raises ``KeyRefused``.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    year, month = divmod(epoch, 100)
    if suite not in _MAKERS or not (2000 <= year <= 9999 and 1 <= month <= 12):
        raise KeyRefused(f"suite {suite}, epoch {epoch}: 1 or 2, and a month such as 202611")
    opener = _MAKERS[suite]()
    keep_opener(folder, epoch, opener)
    following = datetime(year + month // 12, month % 12 + 1, 1 + OVERLAP_DAYS, tzinfo=UTC)
    begins = datetime(year, month, 1, tzinfo=UTC)
    return Statement(suite, epoch, opener.public_key(), begins, following)


def deliver(statement: Statement, roots: Sequence[Ed25519PrivateKey], folder: Path) -> Path:
    """Sign a statement and write it where the next bulletin takes it from."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    path = folder / statement.name
    write_file(path, sign(statement, roots))
    return path
