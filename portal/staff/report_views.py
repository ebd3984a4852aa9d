"""Reports on officials' work: on a page, and as CSV."""

from __future__ import annotations

from itertools import islice

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from portal.core.audit.record import record_event
from portal.staff.account_views import own
from portal.staff.csv_file import csv_response
from portal.staff.permissions import may_read_reports
from portal.staff.reports import REPORTS

ROWS_SHOWN = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All reports, each with its first rows."""
    if not may_read_reports(request.user):
        raise PermissionDenied
    shown = [(report, list(islice(report.rows(), ROWS_SHOWN))) for report in REPORTS.values()]
    return render(request, "pages/staff/reports.html", {"reports": shown, "most": ROWS_SHOWN})


@require_POST
def export(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """A whole report as CSV; recorded."""
    if not may_read_reports(request.user):
        raise PermissionDenied
    report = REPORTS.get(name)
    if report is None:
        raise Http404
    record_event("report.exported", actor=own(request), target=None, facts={"report": name})
    return csv_response(f"report-{name}", [str(cell) for cell in report.header], report.rows())
