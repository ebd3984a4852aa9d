"""The search page, its suggestions, and the question box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.rate_limit import rate_limited
from portal.core.regions.models import Region
from portal.core.regions.nodes import node_region
from portal.search.ask import answer
from portal.search.columns import Columns, columns_of
from portal.search.lock import current_state
from portal.search.missed import record
from portal.search.reach import reached
from portal.search.request import SearchRequest, Validity
from portal.search.search import PAGE_SIZE, Results, search
from portal.search.source import sources
from portal.search.suggest import corrections, suggestions

FEW = 3
MAX_ISSUERS = 200
SUGGEST_SECONDS = 300


@dataclass(frozen=True)
class Tab:
    """One kind of documents above the hits."""

    label: Any
    count: int
    address: str
    is_current: bool


def column(title: str) -> dict[str, Any]:
    """Search as a column (栏目) of the site, for the government meta tags."""
    return {
        "display_title": title,
        "column_type": _("办事服务"),
        "search_description": _("检索法规条文、规划公示、解读问答与图层。"),
    }


@require_safe
@rate_limited("search", "RATE_LIMIT_SEARCH")
def search_page(request: HttpRequest) -> HttpResponse:
    """``?q=`` over everything that is public, filtered; without ``q`` the form."""
    wanted, node = SearchRequest.from_query(request.GET), node_region(request)
    context: dict[str, Any] = {
        "column": column(_("搜索")),
        "wanted": wanted,
        "validities": Validity.choices,
        "unfiltered": SearchRequest(text=wanted.text).address(),
        "searched": [source.label for source in sources()],
    }
    results = search(wanted, node=node) if wanted.text else None
    columns = results.columns if results else columns_of(current_state())
    context |= filter_choices(columns, node)
    if results:
        context |= {"results": results, "tabs": tabs(results), **pages(results)}
        context["first_number"] = (wanted.page - 1) * PAGE_SIZE + 1
        if results.total < FEW:
            context["offers"] = corrections(wanted.text, node=node)
        if not any(results.by_kind.values()) and not wanted.is_filtered and not results.ended:
            record(wanted.text)
    return render(request, "pages/search/search.html", context)


def filter_choices(columns: Columns, node: Region | None) -> dict[str, Any]:
    """Divisions and issuers of the documents that are found here."""
    codes, issuers = columns.regions, columns.issuers
    if node is not None:
        here = columns.live & reached(columns, node)
        codes = [codes[each] for each in np.unique(columns.region[here])]
        issuers = [issuers[each] for each in np.unique(columns.issuer[here])]
    codes = [code for code in codes if code]
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    return {
        "regions": [(code, names.get(code, code)) for code in sorted(codes)],
        "issuers": sorted(name for name in issuers if name)[:MAX_ISSUERS],
    }


def tabs(results: Results) -> list[Tab]:
    """All kinds together, then each kind that has hits."""
    wanted = results.request
    labels = {source.kind: source.label for source in sources()}
    every = Tab(_("全部"), sum(results.by_kind.values()), wanted.address(kind=""), not wanted.kind)
    return [every] + [
        Tab(label, results.by_kind.get(kind, 0), wanted.address(kind=kind), wanted.kind == kind)
        for kind, label in labels.items()
        if results.by_kind.get(kind) or wanted.kind == kind
    ]


def pages(results: Results) -> dict[str, str]:
    """Addresses of the neighbouring pages; empty where there is none."""
    wanted = results.request
    return {
        "previous": wanted.address(page=wanted.page - 1) if wanted.page > 1 else "",
        "next": wanted.address(page=wanted.page + 1) if wanted.page < results.pages else "",
        "ended": wanted.address(validity=Validity.ENDED),
        "unverified": wanted.address(validity=Validity.UNVERIFIED),
    }


@require_safe
@rate_limited("search-suggest", "RATE_LIMIT_SUGGEST", json=True)
def suggest(request: HttpRequest) -> JsonResponse:
    """Suggestions for ``?q=``: ``{"suggestions": [{"text", "kind"}]}``, at most eight."""
    labels = {source.kind: str(source.label) for source in sources()}
    offers = suggestions(request.GET.get("q", "")[:200], node=node_region(request))
    body = [{"text": offer.text, "kind": labels.get(offer.kind, _("术语"))} for offer in offers]
    response = JsonResponse({"suggestions": body})
    response["Cache-Control"] = f"public, max-age={SUGGEST_SECONDS}"
    response["Vary"] = "Accept-Language"
    return response


@require_safe
@rate_limited("search", "RATE_LIMIT_SEARCH")
def ask_page(request: HttpRequest) -> HttpResponse:
    """The question box: passages that answer ``?q=``, or that there is none."""
    asked = SearchRequest.from_query(request.GET).text
    context = {
        "column": column(_("问政策")),
        "asked": asked,
        "answer": answer(asked, node_region(request)) if asked else None,
    }
    return render(request, "pages/search/ask.html", context)
