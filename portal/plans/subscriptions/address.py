"""E-mail addresses: written in one way, kept encrypted, found again by a keyed digest.

Who reads the table, or a backup of it, without the key learns no address. The key is
``SUBSCRIPTION_KEY``, or ``SECRET_KEY`` where that is empty.
"""

from __future__ import annotations

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealedWithAnotherKey(Exception):
    """The kept address cannot be opened: the key was changed (订阅密钥已更换)."""


def normal(address: str) -> str:
    """The address as it is kept: domain in lower case, nothing around it."""
    local, _at, domain = address.strip().rpartition("@")
    return f"{local}@{domain.lower()}"


def digest(address: str) -> str:
    """64 hexadecimal digits by which a known address is found; the case of letters does not count."""
    text = normal(address).casefold()
    return hmac.new(_key(b"find"), text.encode(), "sha256").hexdigest()


def seal(address: str) -> str:
    """The address as ciphertext, another one each time (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return _cipher().encrypt(normal(address).encode()).decode()


def unseal(sealed: str) -> str:
    """The address in ``sealed``. Raises ``SealedWithAnotherKey``."""
    try:
        return _cipher().decrypt(sealed.encode()).decode()
    except InvalidToken as problem:
        raise SealedWithAnotherKey("the key of subscriptions was changed") from problem


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(b"seal")))


def _key(use: bytes) -> bytes:
    secret: str = settings.SUBSCRIPTION_KEY or settings.SECRET_KEY
    derive = HKDF(SHA256(), length=32, salt=b"portal.plans.subscriptions", info=use)
    return derive.derive(secret.encode())
