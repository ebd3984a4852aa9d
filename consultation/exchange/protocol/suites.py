"""The sealing suites (密码套件): one interface, an international and a Chinese one behind it.

Suite 1: HPKE (RFC 9180) in base mode, KEM ML-KEM-768 with X25519 (0x647A, X-Wing), HKDF-SHA256,
ChaCha20-Poly1305. Suite 2: SM2 (GB/T 32918.4) carries 32 random bytes, the SM3 key derivation
(GB/T 32918.4, 5.4.3) makes key and nonce of them, SM4-GCM (GB/T 32907, GB/T 36624) seals.

A private key is behind ``Opener``: a key in a hardware security module gives the same two
properties and the same method.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import ClassVar, Protocol

import gmssl_pyx
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from .errors import EnvelopeInvalid, WrongKey

_GCM_TAG_BYTES = 16


class Sealer(Protocol):
    """Seals to one public key. ``context`` is authenticated with the text, it is not sent."""

    suite: ClassVar[int]
    overhead: ClassVar[int]

    def seal(self, text: bytes, context: bytes) -> bytes:
        """``len(text) + overhead`` bytes; another result at each call."""


class Opener(Protocol):
    """Opens with one private key, wherever that lies."""

    suite: ClassVar[int]

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """The text. Raises ``WrongKey`` when key, text or context is another one."""


# --- suite 1 ---------------------------------------------------------------------------------

_HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_MLKEM_PUBLIC, _X25519_PUBLIC = 1184, 32
_MLKEM_SEED, _X25519_PRIVATE = 64, 32


@dataclass(frozen=True)
class HpkeSealer:
    """Suite 1 with a public key of 1,216 bytes: ML-KEM-768 and X25519, in this order."""

    public_key: bytes
    suite: ClassVar[int] = 1
    overhead: ClassVar[int] = 1088 + 32 + 16

    def __post_init__(self) -> None:
        if len(self.public_key) != _MLKEM_PUBLIC + _X25519_PUBLIC:
            raise ValueError(f"a public key of suite 1 has 1216 bytes, not {len(self.public_key)}")

    def seal(self, text: bytes, context: bytes) -> bytes:
        """See ``Sealer``."""
        key = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(self.public_key[:_MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(self.public_key[_MLKEM_PUBLIC:]),
        )
        return _HPKE.encrypt(text, key, info=context)


@dataclass(frozen=True)
class HpkeOpener:
    """Suite 1 with a private key of 96 bytes: seed of ML-KEM-768 and X25519, in this order."""

    private_key: bytes
    suite: ClassVar[int] = 1

    @classmethod
    def generate(cls) -> HpkeOpener:
        """A new key from the system's random source."""
        mlkem, x25519 = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
        return cls(mlkem.private_bytes_raw() + x25519.private_bytes_raw())

    def _keys(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        if len(self.private_key) != _MLKEM_SEED + _X25519_PRIVATE:
            raise ValueError("a private key of suite 1 has 96 bytes")
        return (
            MLKEM768PrivateKey.from_seed_bytes(self.private_key[:_MLKEM_SEED]),
            X25519PrivateKey.from_private_bytes(self.private_key[_MLKEM_SEED:]),
        )

    def public_key(self) -> bytes:
        """The 1,216 bytes that ``HpkeSealer`` takes."""
        mlkem, x25519 = self._keys()
        return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """See ``Opener``."""
        try:
            return _HPKE.decrypt(sealed, MLKEM768X25519PrivateKey(*self._keys()), info=context)
        except (InvalidTag, ValueError) as error:
            raise WrongKey("HPKE") from error


# --- suite 2 ---------------------------------------------------------------------------------

_SECRET_BYTES = 32
_COORDINATE = 32
# C1 (a point, two coordinates), C3 (SM3), C2 (the secret), as GB/T 32918.4 orders them.
_SM2_BYTES = 2 * _COORDINATE + 32 + _SECRET_BYTES
_SM4_KEY, _GCM_NONCE = 16, 12


@dataclass(frozen=True)
class SmSealer:
    """Suite 2 with a public key of 64 bytes: x and y of the point on the SM2 curve."""

    public_key: bytes
    suite: ClassVar[int] = 2
    overhead: ClassVar[int] = _SM2_BYTES + _GCM_TAG_BYTES

    def __post_init__(self) -> None:
        if len(self.public_key) != 2 * _COORDINATE:
            raise ValueError(f"a public key of suite 2 has 64 bytes, not {len(self.public_key)}")
        gmssl_pyx.normalize_sm2_public_key(self.public_key)

    def seal(self, text: bytes, context: bytes) -> bytes:
        """See ``Sealer``."""
        secret = secrets.token_bytes(_SECRET_BYTES)
        carried = _raw_from_der(gmssl_pyx.sm2_encrypt(self.public_key, secret))
        cipher = Cipher(*_sm4(secret, carried)).encryptor()
        cipher.authenticate_additional_data(context + carried)
        body = cipher.update(text) + cipher.finalize()
        return carried + body + cipher.tag


@dataclass(frozen=True)
class SmOpener:
    """Suite 2 with a private key of 32 bytes and its public key of 64."""

    private_key: bytes
    public: bytes
    suite: ClassVar[int] = 2

    @classmethod
    def generate(cls) -> SmOpener:
        """A new key from the library's random source, which reads the system's."""
        public, private = gmssl_pyx.sm2_key_generate()
        return cls(private, public)

    def public_key(self) -> bytes:
        """The 64 bytes that ``SmSealer`` takes."""
        return self.public

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """See ``Opener``."""
        if len(sealed) < _SM2_BYTES + _GCM_TAG_BYTES:
            raise EnvelopeInvalid("too short for suite 2")
        carried, body, tag = (
            sealed[:_SM2_BYTES],
            sealed[_SM2_BYTES:-_GCM_TAG_BYTES],
            sealed[-_GCM_TAG_BYTES:],
        )
        try:
            secret = gmssl_pyx.sm2_decrypt(self.private_key, _der_from_raw(carried))
            key, mode = _sm4(secret, carried)
            cipher = Cipher(key, modes.GCM(mode.initialization_vector, tag)).decryptor()
            cipher.authenticate_additional_data(context + carried)
            return cipher.update(body) + cipher.finalize()
        except (InvalidTag, gmssl_pyx.GmsslInnerError, gmssl_pyx.InvalidValueError) as error:
            raise WrongKey("SM2") from error


def _sm4(secret: bytes, carried: bytes) -> tuple[algorithms.SM4, modes.GCM]:
    derived = gmssl_pyx.sm3_kdf(secret + carried, _SM4_KEY + _GCM_NONCE)
    return algorithms.SM4(derived[:_SM4_KEY]), modes.GCM(derived[_SM4_KEY:])


def _raw_from_der(der: bytes) -> bytes:
    """C1 || C3 || C2 of fixed length; the DER form varies by a byte or two."""
    fields = _der_fields(der)
    if len(fields) != 4:
        raise ValueError("SM2 ciphertext of an unknown form")
    x, y = (value.lstrip(b"\x00").rjust(_COORDINATE, b"\x00") for value in fields[:2])
    return x + y + fields[2] + fields[3]


def _der_from_raw(raw: bytes) -> bytes:
    x, y = raw[:_COORDINATE], raw[_COORDINATE : 2 * _COORDINATE]
    digest, body = raw[2 * _COORDINATE : 3 * _COORDINATE], raw[3 * _COORDINATE :]
    parts = b"".join((_der_integer(x), _der_integer(y), b"\x04\x20" + digest, b"\x04\x20" + body))
    return b"\x30" + _der_length(len(parts)) + parts


def _der_integer(value: bytes) -> bytes:
    digits = value.lstrip(b"\x00") or b"\x00"
    if digits[0] & 0x80:
        digits = b"\x00" + digits
    return b"\x02" + _der_length(len(digits)) + digits


def _der_length(length: int) -> bytes:
    return bytes([length]) if length < 0x80 else bytes([0x81, length])


def _der_fields(der: bytes) -> list[bytes]:
    """The contents of the members of one SEQUENCE whose lengths are below 256."""
    start = 3 if der[1] == 0x81 else 2
    fields, position = [], start
    while position < len(der):
        length = der[position + 1]
        fields.append(der[position + 2 : position + 2 + length])
        position += 2 + length
    return fields
