"""What makes the walk over every address cheap, and leaves each verdict as it is.

Pages are rendered without the frame around them (menu, scripts; the pages of errors are a number), the
session is kept in its cookie, and who signed in is read once for each session. Every view, every
middleware and every template of a page's own content runs as always.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.test import override_settings
from django_otp.middleware import OTPMiddleware

FRAMELESS = Path(__file__).parent / "frameless"
OTP = "django_otp.middleware.OTPMiddleware"


class RememberingMiddleware(OTPMiddleware):
    """Who a session belongs to, with the second factor and the rights, is asked once."""

    remembered: dict[str, Any] = {}

    def _verify_user_sync(self, request: HttpRequest, user: Any) -> Any:
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if session not in self.remembered:
            verified = super()._verify_user_sync(request, user)
            if not verified.is_authenticated:
                return verified
            verified.get_all_permissions()
            self.remembered[session] = verified
        known = self.remembered[session]
        person = copy.copy(known)  # no request sees what another one has kept on it
        self._init_user_fields(person)
        person.otp_device = known.otp_device
        return person


@contextmanager
def cheap_requests() -> Iterator[None]:
    """While this lasts, requests cost what the question open or shut needs."""
    here = f"{__name__}.{RememberingMiddleware.__name__}"
    templates = [{**each, "DIRS": [FRAMELESS, *each["DIRS"]]} for each in settings.TEMPLATES]
    changed = {
        "TEMPLATES": templates,
        "MIDDLEWARE": [here if each == OTP else each for each in settings.MIDDLEWARE],
        "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
    }
    with override_settings(**changed):
        yield
    RememberingMiddleware.remembered.clear()
