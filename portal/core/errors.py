"""Error pages of the whole site; routed to from ``portal.urls``.

Each says what happened and what to do, and offers the search box and the office. The page of 500
and 503 is a fixed one in both languages: it needs neither the database nor the request.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

UNAVAILABLE_SECONDS = 120


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address or the form cannot be understood; 413: a form above the limit.

    A request for a host that is not ours has no address of its own that a page could name.
    """
    if isinstance(exception, DisallowedHost):
        return HttpResponse(render_to_string("400.html"), status=400)
    code = 413 if isinstance(exception, RequestDataTooBig) else 400
    return render(request, f"{code}.html", status=code)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not allowed."""
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without the request, so that no database is needed to say sorry."""
    return HttpResponse(render_to_string("500.html"), status=500)


def unavailable() -> HttpResponse:
    """503: closed for a while, with a hint when to come again."""
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(UNAVAILABLE_SECONDS)
    return response


# Statuses for which Django answers with an empty page or with plain text of its own.
BARE = {405: "405.html", 413: "413.html"}


class ErrorPageMiddleware:
    """Gives 405 and 413 a page in the site's own frame, for readers who asked for a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Replace the bare answer; programs that ask for JSON keep it."""
        response = self.get_response(request)
        template = BARE.get(response.status_code)
        if template is None or "text/html" not in request.headers.get("Accept", ""):
            return response
        if "json" in response.headers.get("Content-Type", ""):
            return response
        page = render(request, template, status=response.status_code)
        if "Allow" in response.headers:
            page["Allow"] = response.headers["Allow"]
        return page
