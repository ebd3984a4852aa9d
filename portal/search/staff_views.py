"""The state of the index (检索索引) for officials: is it whole, and what do people not find?"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.search.columns import columns_of
from portal.search.lock import current_state
from portal.search.meaning import readiness
from portal.search.missed import THRESHOLD
from portal.search.models import MissedQuery
from portal.search.permissions import may_see_index
from portal.search.source import sources

MISSED_SHOWN = 50


@require_safe
def index_state(request: HttpRequest) -> HttpResponse:
    """Counts by kind, the last rebuild, search by meaning, queries without a hit."""
    if not may_see_index(request.user):
        raise PermissionDenied
    state = current_state()
    columns = columns_of(state)
    counts = columns.count_by_kind()
    context = {
        "state": state,
        "kinds": [(source.label, counts.get(source.kind, 0)) for source in sources()],
        "semantic": readiness(columns),
        "synonyms": len(columns.synonyms),
        "missed": MissedQuery.objects.exclude(text="")[:MISSED_SHOWN],
        "threshold": THRESHOLD,
    }
    return render(request, "pages/search/index_state.html", context)
