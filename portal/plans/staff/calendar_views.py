"""The working-day calendars: which years are there, and the import of one (工作日历)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.audit.canonical import Fact
from portal.core.audit.record import record_event
from portal.plans.errors import BadCalendar
from portal.plans.load_calendar import YearTable, read_year, store_year
from portal.plans.models import CalendarYear
from portal.plans.staff.access import explain, may_import_calendar, may_keep_rules
from portal.plans.staff.forms import CalendarForm

MOST_BYTES = 64 * 1024


def _keeper(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not may_keep_rules(user):
        raise PermissionDenied
    return user


@require_http_methods(["GET", "POST"])
def calendars(request: HttpRequest) -> HttpResponse:
    """The years that are known, and the form that imports one."""
    person = _keeper(request)
    may_import = may_import_calendar(person)
    form = CalendarForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if not may_import:
            raise PermissionDenied
        if form.is_valid():
            try:
                table = _read(form.cleaned_data["table"])
            except BadCalendar as problem:
                form.add_error("table", explain(problem))
            else:
                _store(request, table, person)
                return redirect("notices_staff:calendars")
        status = 422
    days = Count("days", filter=Q(days__is_working=False))
    worked = Count("days", filter=Q(days__is_working=True))
    years = CalendarYear.objects.annotate(off=days, worked=worked).order_by("-year")
    this_year = timezone.localdate().year
    known = {year.year for year in years}
    context = {
        "form": form if may_import else None,
        "years": years,
        "missing": [year for year in (this_year, this_year + 1) if year not in known],
    }
    return render(request, "pages/plans/staff/calendars.html", context, status=status)


@require_safe
def calendar_year(request: HttpRequest, year: int) -> HttpResponse:
    """The days of one year that are not as their weekday says."""
    _keeper(request)
    found = get_object_or_404(CalendarYear, pk=year)
    context = {"year": found, "days": found.days.all()}
    return render(request, "pages/plans/staff/calendar_year.html", context)


def _read(upload: UploadedFile[bytes]) -> YearTable:
    if (upload.size or 0) > MOST_BYTES:
        raise BadCalendar("文件过大：一年的放假安排只有几十行", "too large: a year has some lines")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(upload.read())
        return read_year(path)


@transaction.atomic
def _store(request: HttpRequest, table: YearTable, person: User) -> None:
    if not store_year(table):
        messages.info(
            request, _("%(year)s年的放假安排与已有的相同，没有更改。") % {"year": table.year}
        )
        return
    facts: dict[str, Fact] = {"year": table.year, "source": table.source, "days": len(table.days)}
    record_event("plans.calendar_imported", actor=person, target=None, facts=facts)
    messages.success(
        request,
        _("已导入%(year)s年的放假安排（%(count)s天）。")
        % {"year": table.year, "count": len(table.days)},
    )
