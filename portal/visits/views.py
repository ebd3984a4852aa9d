"""The public page of statistics (访问统计)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Site

from portal.core.page_facts import ColumnFacts
from portal.core.regions.nodes import node_region
from portal.visits.chart import bars
from portal.visits.report import report


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Views by column and the site's work, twelve months; what is counted and what is not."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404("no site answers to this host name")
    found = report(site, node_region(request), timezone.localdate())
    context = {
        "column": ColumnFacts(
            _("访问统计"), _("网站服务"), _("各栏目每月浏览次数，公示与答复数量。")
        ),
        "report": found,
        "bars": bars(found.months, found.total.values),
        "seconds": settings.VISITS_FLUSH_SECONDS,
    }
    return render(request, "pages/visits/statistics.html", context)
