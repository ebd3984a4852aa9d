"""Where a form came from, as the browser tells."""

from __future__ import annotations

import pytest

from portal.core.same_origin import came_from_here


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"origin": "http://testserver"}, True),
        ({"origin": "https://testserver"}, True),
        ({"origin": "https://proxy.example"}, True),
        ({"origin": "null"}, False),
        ({"origin": "https://testserver.evil.example"}, False),
        ({"origin": "http://testserver", "referer": "https://evil.example/"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "none"}, True),
        ({"referer": "https://evil.example/http://testserver/"}, False),
        ({"origin": "http://["}, False),
        ({"referer": "http://["}, False),
    ],
)
def test_a_form_is_ours_or_not(rf, settings, headers: dict[str, str], ours: bool) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://proxy.example"]
    assert came_from_here(rf.post("/", headers=headers)) is ours
