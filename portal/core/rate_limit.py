"""Rate limits that answer 429 with ``Retry-After`` (访问频率限制)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django_ratelimit.core import get_usage

from portal.core.audit.origin import client_network

View = Callable[..., HttpResponseBase]


def rate_limited(group: str, setting: str, *, json: bool = False) -> Callable[[View], View]:
    """Limit a view for each client address to the rate in ``setting`` (such as ``"60/m"``).

    Views with the same ``group`` share one count. ``json`` chooses the form of the refusal.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            rate: str = getattr(settings, setting)
            usage = get_usage(request, group=group, key=_network, rate=rate, increment=True)
            if usage is not None and usage["should_limit"]:
                return too_many_requests(request, max(1, int(usage["time_left"])), json=json)
            return view(request, *args, **kwargs)

        return limited

    return decorate


def _network(_group: str, request: HttpRequest) -> str:
    """Whom a count is of; one bucket for those without an address."""
    return client_network(request) or "none"


def too_many_requests(request: HttpRequest, wait: int, *, json: bool) -> HttpResponse:
    """The refusal; ``wait`` is in seconds."""
    response: HttpResponse
    if json:
        response = JsonResponse(
            {"code": "too_many_requests", "detail": _("请求过于频繁，请稍后再试。")}, status=429
        )
    else:
        response = HttpResponse(
            render_to_string("429.html", {"wait": wait}, request=request), status=429
        )
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response
