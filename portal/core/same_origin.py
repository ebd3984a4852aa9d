"""Forms of visitors without a cookie: where a form came from is told by the browser itself.

Django's CSRF protection keeps a secret in a cookie, because what it protects is the authority of
another cookie, the session. Visitors have no session: nothing is done in their name. What is left
to refuse is another site that lets its visitors' browsers post here, and every browser says where
a form was sent from (``Sec-Fetch-Site``, ``Origin``, ``Referer``). See docs/adr/0008.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def is_own(request: HttpRequest, address: str) -> bool:
    """Whether an origin or address is this host's, or one of ``CSRF_TRUSTED_ORIGINS``.

    The scheme is left out: behind a proxy that ends TLS we may not know it.
    """
    trusted = {urlsplit(origin).netloc for origin in settings.CSRF_TRUSTED_ORIGINS}
    try:
        host = urlsplit(address).netloc
    except ValueError:  # such as "http://[": no address at all, so none of ours
        return False
    return host in trusted | {request.get_host()}


def came_from_here(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of ours, as far as the browser tells.

    A client that sends none of the three headers is no browser that another site could misuse.
    """
    origin = request.headers.get("Origin")
    if origin:
        return is_own(request, origin)
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched:
        return fetched in {"same-origin", "none"}
    referer = request.headers.get("Referer")
    return not referer or is_own(request, referer)


def same_origin_form(view: View) -> View:
    """A view whose forms need no cookie: posts from other sites are refused (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in SAFE_METHODS and not came_from_here(request):
            raise PermissionDenied("the form was sent from another site")
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)
