"""Signing keys and the portal's trust file (Ed25519, RFC 8032).

A private key is a PKCS #8 PEM file that never leaves the internal node. The trust file is public:
it names the keys whose owners may release, and how many different ones must sign.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import KeyInvalid
from .strict_json import StrictJsonError, load_object

DEFAULT_NAMES = ("first-signer", "second-signer")
TRUST_NAME = "trust.json"
MAX_TRUST_BYTES = 1024 * 1024
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")


@dataclass(frozen=True)
class TrustedKey:
    """A key that may sign releases; ``id`` is derived from the key itself."""

    id: str
    name: str
    public_key: Ed25519PublicKey


@dataclass(frozen=True)
class TrustStore:
    """The keys that count, and how many different ones must have signed (信任库)."""

    threshold: int
    keys: dict[str, TrustedKey]


def key_id(public_key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:16]


def make_keys(directory: Path, names: tuple[str, ...] = DEFAULT_NAMES) -> None:
    """Make one key a name and the trust file that demands all of two (or one, if one name).

    Raises ``KeyInvalid`` when a file is there already: keys are never overwritten.
    """
    _check_names(names)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = [directory / f"{name}.key.pem" for name in names]
    for path in [*paths, directory / TRUST_NAME]:
        if path.exists():
            raise KeyInvalid(
                "文件已存在，不覆盖密钥",
                "the file is there already; keys are never overwritten",
                where=path.name,
                mend_zh="换一个空目录，或先移走旧文件",
                mend_en="choose an empty folder, or move the old file away first",
            )
    keys = [Ed25519PrivateKey.generate() for _ in names]
    for path, key in zip(paths, keys, strict=True):
        _write_private(path, key)
    trust = {
        "threshold": min(2, len(names)),
        "keys": [_trust_entry(name, key) for name, key in zip(names, keys, strict=True)],
    }
    text = json.dumps(trust, ensure_ascii=False, indent=2) + "\n"
    (directory / TRUST_NAME).write_text(text, "utf-8")


def load_private_key(path: Path) -> Ed25519PrivateKey:
    """Read a private key as ``make_keys`` writes it. Raises ``KeyInvalid``."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyInvalid(
            "无法读取签名密钥", "the signing key cannot be read", where=path.name
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyInvalid("密钥不是 Ed25519", "the key is no Ed25519 key", where=path.name)
    return key


def load_trust(path: Path) -> TrustStore:
    """Read a trust file. Raises ``KeyInvalid`` naming what is wrong in it."""
    try:
        return _parse_trust(load_object(_read_bounded(path)))
    except (OSError, StrictJsonError) as error:
        raise KeyInvalid(
            "信任文件无效", f"the trust file is invalid: {error}", where=path.name
        ) from error


def _read_bounded(path: Path) -> bytes:
    with path.open("rb") as stream:
        raw = stream.read(MAX_TRUST_BYTES + 1)
    if len(raw) > MAX_TRUST_BYTES:
        raise StrictJsonError("too large")
    return raw


def _parse_trust(document: dict[str, object]) -> TrustStore:
    if set(document) != {"threshold", "keys"}:
        raise StrictJsonError("needs exactly threshold and keys")
    threshold, entries = document["threshold"], document["keys"]
    if not isinstance(entries, list) or not entries:
        raise StrictJsonError("keys must be a list with at least one key")
    keys = {key.id: key for key in map(_parse_key, entries)}
    if len(keys) != len(entries):
        raise StrictJsonError("a key stands there twice")
    if not isinstance(threshold, int) or isinstance(threshold, bool):
        raise StrictJsonError("threshold must be an integer")
    if not 1 <= threshold <= len(keys):
        raise StrictJsonError("threshold must lie between 1 and the number of keys")
    return TrustStore(threshold, keys)


def _parse_key(entry: object) -> TrustedKey:
    if not isinstance(entry, dict) or set(entry) != {"id", "name", "public_key"}:
        raise StrictJsonError("a key needs exactly id, name and public_key")
    if not all(isinstance(value, str) for value in entry.values()):
        raise StrictJsonError("id, name and public_key must be text")
    try:
        raw = base64.b64decode(entry["public_key"], validate=True)
        public_key = Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError) as error:
        raise StrictJsonError("public_key is no base64 of an Ed25519 key") from error
    if entry["id"] != key_id(public_key):
        raise StrictJsonError("id does not belong to public_key")
    return TrustedKey(entry["id"], entry["name"], public_key)


def _check_names(names: tuple[str, ...]) -> None:
    if not names or len(set(names)) != len(names) or not all(map(_NAME.match, names)):
        raise KeyInvalid(
            "密钥名称须互不相同，只含字母、数字、下划线和连字符",
            "key names must differ and hold only letters, digits, underscores and hyphens",
        )


def _trust_entry(name: str, key: Ed25519PrivateKey) -> dict[str, str]:
    public_key = key.public_key()
    encoded = base64.b64encode(public_key.public_bytes_raw()).decode("ascii")
    return {"id": key_id(public_key), "name": name, "public_key": encoded}


def _write_private(path: Path, key: Ed25519PrivateKey) -> None:
    """Created with mode 0600 from the first moment: never readable by others in between."""
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(pem)
