"""Keys of what is kept for years: each has a setting of its own, so that ``SECRET_KEY`` can change.

Where the setting is empty the key is ``SECRET_KEY``, as it was before there were such settings.
"""

from __future__ import annotations

from django.conf import settings


def key_of(setting: str) -> str:
    """The key that is written with, such as that of ``"AUDIT_ANCHOR_KEY"``."""
    key: str = getattr(settings, setting) or settings.SECRET_KEY
    return key


def keys_of(setting: str) -> list[str | bytes]:
    """The keys that something may have been written with, the present one first."""
    keys = [key_of(setting), settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return list(dict.fromkeys(keys))
