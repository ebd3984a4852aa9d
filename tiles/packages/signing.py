"""Signatures over a package's manifest.

What is signed is a fixed prefix (so that the signature can serve no other purpose) and the
SHA-256 of the manifest's exact bytes; the manifest in turn holds the hash of every other file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .errors import BadSignature, ManifestInvalid, SameKeyTwice, TooFewSignatures, UnknownKey
from .keys import TrustStore, key_id
from .strict_json import StrictJsonError, load_object

DOMAIN = b"spatial-plan-release manifest v1\x00"
ALGORITHM = "ed25519"
MAX_SIGNATURES = 16


def sign_manifest(
    manifest: bytes, keys: Sequence[Ed25519PrivateKey], domain: bytes = DOMAIN
) -> bytes:
    """The bytes of ``signatures.json``; ``domain``: what the signature is for.

    Raises ``SameKeyTwice``.
    """
    entries = [
        {
            "key_id": key_id(key.public_key()),
            "algorithm": ALGORITHM,
            "signature": base64.b64encode(key.sign(_message(manifest, domain))).decode("ascii"),
        }
        for key in keys
    ]
    if len({entry["key_id"] for entry in entries}) != len(entries):
        raise _same_key_twice()
    return json.dumps({"signatures": entries}, indent=1).encode("utf-8") + b"\n"


def verify_signatures(
    manifest: bytes, signatures: bytes, trust: TrustStore, domain: bytes = DOMAIN
) -> tuple[str, ...]:
    """The names of the signers, all valid and different, at least ``trust.threshold`` of them.

    Raises ``ManifestInvalid``, ``SameKeyTwice``, ``UnknownKey``, ``BadSignature`` or
    ``TooFewSignatures``. A signature that does not count is a refusal, it is never overlooked.
    """
    entries = _parse(signatures)
    ids = [name for name, _ in entries]
    if len(set(ids)) != len(ids):
        raise _same_key_twice()
    message = _message(manifest, domain)
    for identifier, signature in entries:
        _verify_one(message, identifier, signature, trust)
    if len(ids) < trust.threshold:
        raise TooFewSignatures(
            f"需要 {trust.threshold} 个不同密钥的签名，只有 {len(ids)} 个",
            f"{trust.threshold} signatures by different keys are needed, there are {len(ids)}",
            where="signatures.json",
            mend_zh="由另一位签名人再次签名后重新打包",
            mend_en="pack again with the key of a second signer",
        )
    return tuple(trust.keys[identifier].name for identifier in ids)


def _message(manifest: bytes, domain: bytes) -> bytes:
    return domain + hashlib.sha256(manifest).digest()


def _verify_one(message: bytes, identifier: str, signature: bytes, trust: TrustStore) -> None:
    key = trust.keys.get(identifier)
    if key is None:
        raise UnknownKey(
            "签名所用密钥不在信任文件中",
            "signed by a key that is not in the trust file",
            where="signatures.json",
        )
    try:
        key.public_key.verify(signature, message)
    except InvalidSignature as error:
        raise BadSignature(
            "签名与清单不符", "the signature does not fit the manifest", where="signatures.json"
        ) from error


def _parse(raw: bytes) -> list[tuple[str, bytes]]:
    try:
        return _parse_entries(load_object(raw))
    except StrictJsonError as error:
        raise ManifestInvalid(
            "签名文件格式无效", f"the signatures are invalid: {error}", where="signatures.json"
        ) from error


def _parse_entries(document: dict[str, Any]) -> list[tuple[str, bytes]]:
    entries = document.get("signatures")
    if set(document) != {"signatures"} or not isinstance(entries, list):
        raise StrictJsonError("needs exactly signatures, a list")
    if len(entries) > MAX_SIGNATURES:
        raise StrictJsonError(f"more than {MAX_SIGNATURES} signatures")
    return [_parse_entry(entry) for entry in entries]


def _parse_entry(entry: Any) -> tuple[str, bytes]:
    if not isinstance(entry, dict) or set(entry) != {"key_id", "algorithm", "signature"}:
        raise StrictJsonError("a signature needs exactly key_id, algorithm and signature")
    if not all(isinstance(value, str) for value in entry.values()):
        raise StrictJsonError("key_id, algorithm and signature must be text")
    if entry["algorithm"] != ALGORITHM:
        raise StrictJsonError(f"the algorithm must be {ALGORITHM}")
    try:
        signature = base64.b64decode(entry["signature"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise StrictJsonError("the signature is no base64") from error
    return entry["key_id"], signature


def _same_key_twice() -> SameKeyTwice:
    return SameKeyTwice(
        "同一密钥签了两次，不能算作两人",
        "one key signed twice; that does not count as two people",
        where="signatures.json",
    )
