"""How a reader wants the pages shown: elder mode (适老版), and whether its header is folded.

The choice is a plain form and one cookie, which exists only where somebody chose; the server
writes it into ``<html>``, so that a page never shows itself in one form and then jumps to another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.core.same_origin import same_origin_form

COOKIE = "display"
STANDARD, ELDER, ELDER_FOLDED = "standard", "elder", "elder-folded"
CHOICES = {STANDARD, ELDER, ELDER_FOLDED}
ONE_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Display:
    """The form in which one response is shown."""

    elder: bool = False
    folded: bool = False


def display_of(request: HttpRequest | None) -> Display:
    """What the reader chose; the standard form where nothing, or nonsense, stands in the cookie."""
    chosen = request.COOKIES.get(COOKIE) if request else None
    return Display(elder=chosen in {ELDER, ELDER_FOLDED}, folded=chosen == ELDER_FOLDED)


def way_back(request: HttpRequest) -> str:
    """The page that the form stood on; the home page where the address is not ours."""
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if own else "/"


@require_POST
@same_origin_form
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the chosen form, or forget the cookie, and return to the page."""
    chosen = request.POST.get("mode")
    response = HttpResponseRedirect(way_back(request))
    if chosen == STANDARD or chosen not in CHOICES:
        response.delete_cookie(COOKIE, samesite="Lax")
        return response
    response.set_cookie(
        COOKIE,
        chosen,
        max_age=ONE_YEAR,
        secure=request.is_secure() or settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


class VaryByDisplayMiddleware:
    """Tells caches that a page differs by the cookie in which the choice is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add ``Vary: Cookie`` to HTML."""
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response
