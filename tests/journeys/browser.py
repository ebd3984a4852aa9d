"""A real Chromium, watched: what it asks for outside, what it complains about."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright
from playwright.sync_api import TimeoutError as NotInTime

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
LISTEN_FOR_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => {
  (window.__violations ??= []).push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""

NOTHING_MOVES = """
() => Promise.all(document.getAnimations()
  .filter((one) => one.playState === 'running' && Number.isFinite(one.effect.getComputedTiming().endTime))
  .map((one) => one.finished.catch(() => null))).then(() => null)
"""


def launch(playwright: Playwright, *extra: str) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *extra])


@dataclass
class Watched:
    """A page and everything that went wrong on it."""

    page: Page
    origin: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.origin + path, wait_until="load")
        return self.page

    def wait_for_map(self, where: str = "html", *, seconds: float = 60) -> None:
        """Until the map says that it is drawn; a locator outlives a page that is being replaced."""
        drawn = self.page.locator(f"{where}[data-map=ready]")
        try:
            drawn.wait_for(state="attached", timeout=seconds * 1000)
        except NotInTime as error:
            raise AssertionError(f"the map was not drawn: {self.complaints}") from error

    def violations(self) -> list[str]:
        found: list[str] = self.page.evaluate("window.__violations ?? []")
        return found

    def axe(self, **options: Any) -> list[str]:
        """Violated accessibility rules, each with its first place."""
        self.page.wait_for_load_state("load")
        # What fades in has another contrast half way.
        self.page.evaluate(NOTHING_MOVES)
        self.page.evaluate(AXE.read_text("utf-8"))
        result = self.page.evaluate("(options) => axe.run(document, options)", options)
        return [
            f"{item['id']}: {item['nodes'][0]['target']} ({len(item['nodes'])})"
            for item in result["violations"]
        ]

    def assert_clean(self) -> None:
        assert self.outside == []
        assert self.complaints == []
        assert self.violations() == []


@contextmanager
def watched(browser: Browser, origin: str, **options: Any) -> Iterator[Watched]:
    """A fresh context whose page is watched from its first request on."""
    options = {"viewport": DESKTOP, "locale": "zh-CN", **options}
    context: BrowserContext = browser.new_context(**options)
    if options.get("java_script_enabled", True):
        context.add_init_script(LISTEN_FOR_VIOLATIONS)
    page = context.new_page()
    seen = Watched(page, origin)

    def on_request(request: Any) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            seen.outside.append(request.url)

    page.on("request", on_request)
    page.on(
        "console",
        lambda message: (
            seen.complaints.append(message.text) if message.type in {"error", "warning"} else None
        ),
    )
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    try:
        yield seen
    finally:
        context.close()


def until(condition: Callable[[], Any], *, seconds: float = 30.0, message: str = "") -> Any:
    """Poll, since ``wait_for_function`` needs ``unsafe-eval``; returns the first true value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(message or "the condition did not come true in time")


def follow(leads_on: Locator) -> None:
    """Click what leads to another page, and wait until that page is there, whole."""
    with leads_on.page.expect_navigation(wait_until="load"):
        leads_on.click()


UNTIL_IT_STANDS = """
() => new Promise((stands) => {
  const places = () => [...document.querySelectorAll('button')]
    .map((button) => button.getBoundingClientRect().y).join();
  let [before, since] = [places(), performance.now()];
  const look = (now) => {
    const current = places();
    if (current !== before) [before, since] = [current, now];
    if (now - since > 400) stands(); else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})
"""


def settle(page: Page) -> None:
    """Wait until nothing slides in any more: a page that moves under the mouse swallows a click."""
    page.wait_for_load_state("load")
    page.evaluate(UNTIL_IT_STANDS)


def picture(seen: Watched) -> Image.Image:
    """What the map's canvas shows."""
    box = seen.page.locator("[data-map-canvas]").bounding_box()
    shot = seen.page.screenshot(clip=box)
    return Image.open(io.BytesIO(shot)).convert("RGB")


def share(image: Image.Image, wanted: tuple[int, int, int], tolerance: int = 60) -> float:
    """Share of the pixels that are near a colour."""
    pixels = np.asarray(image.resize((200, 125)), dtype=int)
    return float((abs(pixels - np.array(wanted)) <= tolerance).all(axis=2).mean())
