"""Browsers for the journeys, one a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.factories.installation import Installation
from tests.journeys.browser import Watched, launch, watched


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as running:
        # Its loop stands in this thread until the session ends, so Django takes every later test for
        # a coroutine; none is.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium: Browser, city: Installation) -> Iterator[Callable[..., Watched]]:
    """``visit(path, **context options)``: a watched page of the sample city."""
    with ExitStack() as stack:

        def run(path: str, **options: Any) -> Watched:
            seen = stack.enter_context(watched(chromium, city.url, **options))
            seen.open(path)
            return seen

        yield run
