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
from portal.staff.reports import REPORTS, may_read_any, reports_for

ROWS_SHOWN = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The official's reports, each with its first rows."""
    readable = reports_for(request.user)
    if not readable:
        raise PermissionDenied
    reader = own(request)
    shown = [(report, list(islice(report.rows(reader), ROWS_SHOWN))) for report in readable]
    return render(request, "pages/staff/reports.html", {"reports": shown, "most": ROWS_SHOWN})


@require_POST
def export(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """A whole report as CSV; recorded."""
    if not may_read_any(request.user):
        raise PermissionDenied
    report = REPORTS.get(name)
    if report is None:
        raise Http404
    if not report.may(request.user):
        raise PermissionDenied
    reader = own(request)
    record_event("report.exported", actor=reader, target=None, facts={"report": name})
    header = [str(cell) for cell in report.header]
    return csv_response(f"report-{name}", header, report.rows(reader))
