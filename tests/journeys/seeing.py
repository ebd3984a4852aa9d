"""Measurements of a page as a person sees it, by ``measure.js``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.journeys.browser import Watched
from tests.journeys.public_pages import PublicPage

SCRIPT = (Path(__file__).parent / "measure.js").read_text("utf-8")
ELDER_TEXT_PX = 18
ELDER_TARGET_PX = 60
ELDER_LEADING = 1.3
CONTRAST = 4.5


def show(seen: Watched, page: PublicPage, *, prepare: bool = True) -> Watched:
    """Open a page and bring it into the state that is looked at."""
    seen.open(page.path)
    seen.page.wait_for_timeout(page.settle)
    if prepare and page.prepare:
        page.prepare(seen)
    return seen


def choose_elder(seen: Watched) -> None:
    """The cookie that the switch in the header sets."""
    seen.page.context.add_cookies([{"name": "display", "value": "elder", "url": seen.origin}])


def measure(seen: Watched, call: str) -> Any:
    """Call a function of ``measure.js`` in the page."""
    seen.page.evaluate(SCRIPT)
    return seen.page.evaluate(f"measure.{call}")


def overflow(seen: Watched) -> int:
    """Pixels by which the page is wider than the window."""
    wide: int = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wide
