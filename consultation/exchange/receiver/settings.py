"""The receiver's settings: one TOML file, read strictly; paths in it are relative to it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from consultation.exchange.keys.ceremony import read_link_key
from consultation.exchange.protocol.errors import ExchangeError

_FIELDS = {"root", "listen", "link_key", "drop_folder", "senders", "private_keys", "slot_hours"}


class SettingsInvalid(ExchangeError):
    """The settings file is wrong; the text says where."""

    code = "settings_invalid"
    zh = "接收端配置无效"


@dataclass(frozen=True)
class ReceiverSettings:
    """``listen`` or ``drop_folder`` is given, or both. ``senders``: who may sign manifests."""

    root: Path
    listen: tuple[str, int] | None
    link_key: bytes
    drop_folder: Path | None
    senders: tuple[Ed25519PublicKey, ...]
    private_keys: Path
    slot_seconds: int


def read_settings(path: Path) -> ReceiverSettings:
    """Raises ``SettingsInvalid`` naming the field, or ``KeyRefused`` for the link key."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"{path.name}: {error}") from error
    if unknown := set(document) - _FIELDS:
        raise SettingsInvalid(f"{path.name}: unknown {', '.join(sorted(unknown))}")
    folder = path.parent
    listen = document.get("listen")
    drop = document.get("drop_folder")
    if listen is None and drop is None:
        raise SettingsInvalid(f"{path.name}: listen or drop_folder is needed")
    return ReceiverSettings(
        root=folder / _text(document, "root"),
        listen=None if listen is None else _address(listen),
        link_key=read_link_key(folder / _text(document, "link_key")),
        drop_folder=None if drop is None else folder / _text(document, "drop_folder"),
        senders=tuple(_public_key(folder / name) for name in _texts(document, "senders")),
        private_keys=folder / _text(document, "private_keys"),
        slot_seconds=_hours(document.get("slot_hours", 6)),
    )


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise SettingsInvalid(f"{name} must be text")
    return value


def _texts(document: dict[str, Any], name: str) -> list[str]:
    value = document.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise SettingsInvalid(f"{name} must be a list of file names, not empty")
    return value


def _address(value: Any) -> tuple[str, int]:
    host, _, port = str(value).rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise SettingsInvalid("listen must be like 10.0.0.2:4100")
    return host, int(port)


def _hours(value: Any) -> int:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 168:
        raise SettingsInvalid("slot_hours must be a number above 0, at most 168")
    return round(value * 3600)


def _public_key(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise SettingsInvalid(f"senders: {path.name} cannot be read") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SettingsInvalid(f"senders: {path.name} is no Ed25519 key")
    return key
