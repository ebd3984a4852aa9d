"""Adds each view of a public page to the counters."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.models import Site

from portal.visits.counter import counter
from portal.visits.counting import column_of, counts


class CountViewsMiddleware:
    """Counts pages that people open, by day, site and column."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Count after the page was made; the page itself does not wait for a database."""
        response = self.get_response(request)
        column = column_of(request.path)
        if column and counts(request, response):
            site = Site.find_for_request(request)
            if site is not None:
                counter.add((timezone.localdate(), site.pk, column))
        return response
