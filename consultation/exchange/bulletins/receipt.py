"""The receipt (回执码): 100 random bits that find an outcome and name nobody.

The public side makes the code, derives the receipt key from it, seals the key into the ticket, and
forgets both. The internal side gives each outcome a tag that only the key can compute, another one
in each epoch, so that nobody can tell which outcomes belong together.

Key: HKDF-SHA256 (RFC 5869) of Argon2id (RFC 9106; 64 MiB, three passes, one lane) of the code with
the site's salt: who copies a table still pays a second of a core for every guess.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U; read back without regard to case."""
CODE_SIGNS, GROUP = 20, 5
_CHECKS = ALPHABET + "*~$=U"
_MODULUS = 37
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})

MEMORY_KIB, PASSES = 64 * 1024, 3
KEY_BYTES, TAG_BYTES = 32, 16
STATUS_BYTES = 512
SEALED_BYTES = STATUS_BYTES + 16


class ReceiptInvalid(ValueError):
    """What was typed is no receipt code: signs, length or check sign are wrong."""


def new_code() -> str:
    """A fresh code, as it is shown: four groups of five signs, and a check sign."""
    number = secrets.randbits(CODE_SIGNS * 5)
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(CODE_SIGNS)))
    groups = [signs[start : start + GROUP] for start in range(0, CODE_SIGNS, GROUP)]
    return "-".join([*groups, _CHECKS[number % _MODULUS]])


def read_code(typed: str) -> bytes:
    """The 100 bits of a code, however it is spaced and cased. Raises ``ReceiptInvalid``."""
    signs = "".join(typed.upper().split()).replace("-", "")
    body, check = signs[:-1].translate(_READ_AS), signs[-1:]
    if len(body) != CODE_SIGNS or any(sign not in ALPHABET for sign in body):
        raise ReceiptInvalid("回执码应为20位加1位校验位 / a code has 20 signs and a check sign")
    number = 0
    for sign in body:
        number = number * 32 + ALPHABET.index(sign)
    if check.translate(_READ_AS) != _CHECKS[number % _MODULUS]:
        raise ReceiptInvalid("回执码有误，请核对 / the check sign does not fit: look again")
    return number.to_bytes(13, "big")


def receipt_key(code: bytes, salt: bytes) -> bytes:
    """The key of a receipt, 32 bytes; takes a quarter of a second and 64 MiB. ``salt``: 16 bytes."""
    slow = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=PASSES, lanes=1, memory_cost=MEMORY_KIB
    ).derive(code)
    return HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=b"cx-receipt").derive(slow)


def tag_of(key: bytes, epoch: int) -> bytes:
    """Where the outcome of a receipt stands in the table of an epoch: 16 bytes of HMAC-SHA256."""
    return hmac.digest(key, b"cx-tag" + epoch.to_bytes(8, "big"), sha256)[:TAG_BYTES]


def seal_status(key: bytes, epoch: int, status: str) -> bytes:
    """528 bytes whatever ``status`` says. Raises ``ValueError`` above 510 bytes of UTF-8."""
    text = status.encode("utf-8")
    if len(text) > STATUS_BYTES - 2:
        raise ValueError(f"{len(text)} bytes, a status has at most {STATUS_BYTES - 2}")
    padded = (len(text).to_bytes(2, "big") + text).ljust(STATUS_BYTES, b"\0")
    return ChaCha20Poly1305(_status_key(key, epoch)).encrypt(bytes(12), padded, None)


def open_status(key: bytes, epoch: int, sealed: bytes) -> str | None:
    """The status, or ``None`` where it is another receipt's."""
    try:
        padded = ChaCha20Poly1305(_status_key(key, epoch)).decrypt(bytes(12), sealed, None)
    except InvalidTag:
        return None
    return padded[2 : 2 + int.from_bytes(padded[:2], "big")].decode("utf-8")


def _status_key(key: bytes, epoch: int) -> bytes:
    """Used for one message only, so the nonce may be zero."""
    info = b"cx-enc" + epoch.to_bytes(8, "big")
    return HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=info).derive(key)
