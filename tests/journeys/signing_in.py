"""How a demo official signs in: the one place that knows."""

from __future__ import annotations

from tests.factories.installation import Installation
from tests.journeys.browser import Watched


def passwords_of(city: Installation) -> dict[str, str]:
    """User name -> password of the sample city's officials."""
    lines = (city.folder / "demo-users.txt").read_text("utf-8").splitlines()
    return dict(line.split("\t")[:2] for line in lines if not line.startswith("#"))


def sign_in(seen: Watched, city: Installation, name: str, passwords: dict[str, str]) -> None:
    """Name, password, and the code of the second factor."""
    seen.open("/admin/login/")
    seen.page.locator("input[name=username]").fill(name)
    seen.page.locator("input[name=password]").fill(passwords[name])
    seen.page.locator("main button[type=submit]").first.click()
    seen.page.wait_for_url("**/login/code/**")
    seen.page.locator("input[name=code]").fill(city.manage("demo_code", name).stdout.strip())
    seen.page.locator("main button[type=submit]").first.click()
    seen.page.wait_for_url("**/admin/")
