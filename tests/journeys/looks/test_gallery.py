"""The gallery of components and the error pages, on a server with DEBUG."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories.installation import Installation
from tests.journeys.browser import DESKTOP, PHONE, watched
from tests.journeys.public_pages import GALLERY
from tests.journeys.seeing import (
    CONTRAST,
    ELDER_LEADING,
    ELDER_TARGET_PX,
    ELDER_TEXT_PX,
    choose_elder,
    measure,
    overflow,
    show,
)

pytestmark = pytest.mark.browser
FIXED = {"error page 500", "error page 503"}
"""Pages without the frame: they need no database, and know no elder mode."""


@pytest.fixture(scope="module")
def debugged(migrated, tmp_path_factory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("gallery"), migrated.engine_url)
    made.create_database(migrated)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEBUG", "1")
        with made.serving():
            yield made
    made.drop_database()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", GALLERY)
def test_components_and_error_pages_are_accessible(debugged, chromium, name, size):
    with watched(chromium, debugged.url, viewport=size) as seen:
        show(seen, GALLERY[name])
        assert seen.axe() == []
        assert overflow(seen) <= 0
        seen.assert_clean()


@pytest.mark.parametrize("name", sorted(set(GALLERY) - FIXED))
def test_components_and_error_pages_are_large_in_elder_mode(debugged, chromium, name):
    with watched(chromium, debugged.url, viewport=PHONE) as seen:
        choose_elder(seen)
        show(seen, GALLERY[name])
        assert seen.axe() == []
        assert measure(seen, f"smallTexts({ELDER_TEXT_PX}, {ELDER_LEADING})") == []
        assert measure(seen, f"smallTargets({ELDER_TARGET_PX})") == []
        assert measure(seen, f"faintTexts({CONTRAST})") == []
        assert overflow(seen) <= 0


def test_the_gallery_is_closed_where_debug_is_off(city):
    assert city.get("/components/").status == 404
