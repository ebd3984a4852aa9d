"""Development and `make run`: one machine, everything below PORTAL_VAR."""

from __future__ import annotations

import secrets

from portal.settings.base import *  # noqa: F403
from portal.settings.base import PORTAL_VAR
from portal.settings.env import env_bool, env_optional

DEBUG = env_bool("DEBUG", False)


def _kept_secret() -> str:
    """A random key, made once for each PORTAL_VAR, so that sessions outlive a restart."""
    path = PORTAL_VAR / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), "utf-8")
    return path.read_text("utf-8")


SECRET_KEY = env_optional("SECRET_KEY") or _kept_secret()

DEMO = True
