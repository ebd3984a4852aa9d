"""Signing in as a demo official in a real browser, second factor included."""

from __future__ import annotations

import fcntl
import json
import time
from base64 import b32decode
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django_otp.oath import TOTP

from tests.factories.installation import Installation
from tests.journeys.browser import Watched

HALF_MINUTE = 30


def demo_accounts(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Account -> (password, key of the second factor), from the file of the sample city."""
    accounts = {}
    for line in (folder / "demo-users.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, password, _title, address = line.split("\t")
            secret = parse_qs(urlsplit(address).query)["secret"][0]
            accounts[name] = (password, b32decode(secret))
    return accounts


def code_now(key: bytes, *, later: int = 0) -> str:
    """What an authenticator shows, ``later`` half minutes from now."""
    totp = TOTP(key)
    totp.time = time.time() + later * HALF_MINUTE
    return f"{totp.token():06d}"


def give_password(seen: Watched, name: str, password: str) -> None:
    """The first step."""
    seen.open("/admin/login/")
    seen.page.locator("input[name=username]").fill(name)
    seen.page.locator("input[name=password]").fill(password)
    # A click does not wait for the answer, and the next page that is opened would cut it off.
    with seen.page.expect_navigation():
        seen.page.locator("button[type=submit]").click()


def sign_in(seen: Watched, city: Installation, name: str) -> None:
    """Sign a demo official in. One sign-in serves all tests: a code is good once in a half minute.

    The cookies are kept beside the sample city, under a lock that all test processes respect.
    """
    kept = city.folder / f"journey-{name}.json"
    with (city.folder / f"journey-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists():
            seen.page.context.add_cookies(json.loads(kept.read_text("utf-8")))
            seen.open("/admin/")
            if "/login/" not in seen.page.url:
                return
            seen.page.context.clear_cookies()
        password, key = demo_accounts(city.folder)[name]
        give_password(seen, name, password)
        seen.page.locator("input[name=code]").fill(code_now(key))
        seen.page.locator("button[type=submit]").click()
        seen.page.wait_for_url(lambda url: "/login/" not in url)
        kept.write_text(json.dumps(seen.page.context.cookies()), "utf-8")
