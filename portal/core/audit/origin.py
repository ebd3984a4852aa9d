"""Where the current request comes from, so that events need not be told."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_address: ContextVar[str] = ContextVar("audit_address", default="")


def client_address(request: HttpRequest) -> str:
    """The client's address, from the same source as the rate limits."""
    header = settings.RATELIMIT_IP_META_KEY or "REMOTE_ADDR"
    return str(request.META.get(header, ""))[:45]


def current_address() -> str:
    """The address of the request in hand; empty in commands and background jobs."""
    return _address.get()


class AuditOriginMiddleware:
    """Keeps the client's address for the events of this request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set before the view, unset after it."""
        token = _address.set(client_address(request))
        try:
            return self.get_response(request)
        finally:
            _address.reset(token)
