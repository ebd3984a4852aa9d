"""Where the current request comes from and who made it, so that events need not be told."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

_request: ContextVar[HttpRequest | None] = ContextVar("audit_request", default=None)


def client_address(request: HttpRequest) -> str:
    """The client's address, from the same source as the rate limits; empty where it is none."""
    header = settings.RATELIMIT_IP_META_KEY or "REMOTE_ADDR"
    try:
        return str(ipaddress.ip_address(str(request.META.get(header, "")).strip()))
    except ValueError:
        return ""


def client_network(request: HttpRequest) -> str:
    """Whom failures and requests are counted of: the client's address, or empty.

    Of IPv6 it is the first address of the /64 that one household has, of IPv4 written as IPv6 the
    IPv4 address.
    """
    text = client_address(request)
    if ":" not in text:
        return text
    address = ipaddress.IPv6Address(text)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address.packed, 64), strict=False).network_address)


def current_address() -> str:
    """The address of the request in hand; empty in commands and background jobs."""
    request = _request.get()
    return client_address(request) if request else ""


def current_actor() -> User | None:
    """The official who made the request in hand; None in commands and background jobs."""
    user = getattr(_request.get(), "user", None)
    if user is None or not user.is_authenticated:
        return None
    found: User = user
    return found


class AuditOriginMiddleware:
    """Keeps the request for the events that it causes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set before the view, unset after it."""
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)
