"""Public pages, each opened once for all that is looked at on it.

How a page looks does not depend on the database, so this folder runs once, in the first suite.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from tests.factories.installation import Installation
from tests.journeys.browser import DESKTOP, PHONE, Watched, watched
from tests.journeys.public_pages import OURS, PAGES
from tests.journeys.seeing import choose_elder, show


@contextmanager
def opened(
    browser: Browser, city: Installation, name: str, size: dict[str, int], *, elder: bool = False
) -> Iterator[Watched]:
    with watched(browser, city.url, viewport=size) as seen:
        if elder:
            choose_elder(seen)
        yield show(seen, PAGES[name])


# A test may change a page as long as it puts it back: the next one goes on with it.


@pytest.fixture(scope="module", params=OURS)
def on_desktop(
    request: pytest.FixtureRequest, chromium: Browser, city: Installation
) -> Iterator[Watched]:
    with opened(chromium, city, request.param, DESKTOP) as seen:
        yield seen


@pytest.fixture(scope="module", params=OURS)
def on_phone(
    request: pytest.FixtureRequest, chromium: Browser, city: Installation
) -> Iterator[Watched]:
    with opened(chromium, city, request.param, PHONE) as seen:
        yield seen


@pytest.fixture(scope="module", params=OURS)
def elder_on_desktop(
    request: pytest.FixtureRequest, chromium: Browser, city: Installation
) -> Iterator[Watched]:
    with opened(chromium, city, request.param, DESKTOP, elder=True) as seen:
        yield seen


@pytest.fixture(scope="module", params=OURS)
def elder_on_phone(
    request: pytest.FixtureRequest, chromium: Browser, city: Installation
) -> Iterator[Watched]:
    with opened(chromium, city, request.param, PHONE, elder=True) as seen:
        yield seen
