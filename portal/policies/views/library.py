"""The list of regulations."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core.regions.nodes import node_region
from portal.policies.library_filter import LibraryFilter, library_choices
from portal.policies.models import Regulation
from portal.policies.page_meta import column

PAGE_SIZE = 20


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Regulations that the filter lets through, the latest promulgation first."""
    day = timezone.localdate()
    wanted = LibraryFilter.from_query(request.GET)
    node = node_region(request)
    rows = Regulation.objects.seen_from(node).newest_first()
    page = Paginator(
        wanted.apply(rows, day).select_related("region").prefetch_related("editions"), PAGE_SIZE
    ).get_page(request.GET.get("page"))
    context = {
        "column": column(),
        "filter": wanted,
        "offered": library_choices(node),
        "regulations": page,
        "entries": [(each, each.validity_on(day), each.edition_to_show(day)) for each in page],
    }
    return render(request, "pages/policies/library.html", context)
