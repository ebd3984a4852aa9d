"""The statement of a recipient key (收件公钥声明): the offline roots say whom to seal to, and until when.

The signing rules are those of layer releases (``tiles.packages.signing``): as many different roots
as the trust file demands sign the SHA-256 of the exact bytes, behind a prefix that no other
signature of theirs has.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consultation.exchange.protocol.envelope import Recipient
from consultation.exchange.protocol.suites import HpkeSealer, Sealer, SmSealer
from tiles.packages.keys import TrustStore
from tiles.packages.signing import sign_manifest, verify_signatures
from tiles.packages.strict_json import StrictJsonError, load_object

from .errors import KeyRefused

FORMAT = "exchange-recipient-key"
DOMAIN = b"spatial-plan-exchange recipient-key v1\x00"
SEALERS: dict[int, Callable[[bytes], Sealer]] = {1: HpkeSealer, 2: SmSealer}
MAX_BYTES = 64 * 1024
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_FIELDS = {"format", "suite", "epoch", "public_key", "not_before", "not_after"}


@dataclass(frozen=True)
class Statement:
    """One recipient key. ``epoch`` is a month such as 202611; times are UTC, whole seconds."""

    suite: int
    epoch: int
    public_key: bytes
    not_before: datetime
    not_after: datetime

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"recipient-{self.epoch}-{self.suite}.json"

    def is_in_force(self, now: datetime) -> bool:
        """Whether things may be sealed to it ``now``."""
        return self.not_before <= now < self.not_after

    def recipient(self) -> Recipient:
        """What seals to this key."""
        sealer = SEALERS[self.suite](self.public_key)
        return Recipient(sealer, self.epoch)

    def to_bytes(self) -> bytes:
        """The one written form; these exact bytes are signed."""
        document = {
            "format": FORMAT,
            "suite": self.suite,
            "epoch": self.epoch,
            "public_key": base64.b64encode(self.public_key).decode("ascii"),
            "not_before": self.not_before.strftime(_TIME),
            "not_after": self.not_after.strftime(_TIME),
        }
        return json.dumps(document, indent=1).encode("utf-8") + b"\n"


def sign(statement: Statement, roots: Sequence[Ed25519PrivateKey]) -> bytes:
    """The bytes of the statement's file. Raises ``SameKeyTwice``."""
    raw = statement.to_bytes()
    document = {
        "statement": base64.b64encode(raw).decode("ascii"),
        "signatures": sign_manifest(raw, roots, DOMAIN).decode("ascii"),
    }
    return json.dumps(document, indent=1).encode("utf-8") + b"\n"


def verify(raw: bytes, trust: TrustStore) -> Statement:
    """A statement that enough roots signed.

    Raises ``KeyRefused``, or what ``tiles.packages.signing.verify_signatures`` raises.
    """
    try:
        signed, signatures = _taken_apart(raw)
        verify_signatures(signed, signatures, trust, DOMAIN)
        return _parse(load_object(signed))
    except StrictJsonError as error:
        raise KeyRefused(str(error)) from error


def _taken_apart(raw: bytes) -> tuple[bytes, bytes]:
    if len(raw) > MAX_BYTES:
        raise StrictJsonError("too large")
    document = load_object(raw)
    if set(document) != {"statement", "signatures"}:
        raise StrictJsonError("needs exactly statement and signatures")
    if not all(isinstance(value, str) for value in document.values()):
        raise StrictJsonError("statement and signatures must be text")
    return _decoded(document["statement"]), document["signatures"].encode("utf-8")


def _parse(document: dict[str, Any]) -> Statement:
    if set(document) != _FIELDS or document["format"] != FORMAT:
        raise StrictJsonError("keys differ from the format's")
    suite, epoch = document["suite"], document["epoch"]
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in (suite, epoch)):
        raise StrictJsonError("suite and epoch must be integers")
    if suite not in SEALERS or not 190_000 < epoch < 2**32:
        raise StrictJsonError("an unknown suite, or no epoch")
    found = Statement(
        suite,
        epoch,
        _decoded(document["public_key"]),
        _moment(document["not_before"]),
        _moment(document["not_after"]),
    )
    if found.not_after <= found.not_before:
        raise StrictJsonError("ends before it begins")
    try:
        found.recipient()
    except ValueError as error:
        raise StrictJsonError("public_key is no key of its suite") from error
    return found


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise StrictJsonError("no base64") from error


def _moment(text: Any) -> datetime:
    try:
        found = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except (TypeError, ValueError) as error:
        raise StrictJsonError("times must be UTC like 2026-01-31T08:00:00Z") from error
    return found
