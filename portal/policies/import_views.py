"""Import of texts by officials, and the reports of past imports."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.policies.candidates import SourceFile
from portal.policies.facts import Setting
from portal.policies.import_texts import import_texts
from portal.policies.models import ImportRun
from portal.policies.permissions import may_import, may_import_somewhere
from portal.policies.report import Report, RowState
from portal.policies.staff_forms import ImportForm
from portal.staff.enums import Column
from portal.staff.scope import within_scope

MOST_SECONDS = 90.0
"""After this long no further file is opened; those left are named in the report."""
PAGE_SIZE = 30


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose files; see what would be imported, or import."""
    if not may_import_somewhere(request.user):
        raise PermissionDenied
    form = ImportForm(request.user, request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        status = 400 if request.method == "POST" else 200
        return render(request, "pages/policies/staff/upload.html", {"form": form}, status=status)
    if not may_import(request.user, form.cleaned_data["region"]):
        raise PermissionDenied
    report = _run(request, form.cleaned_data)
    if report.run is None:
        context = {"form": form, "rows": _rows(report.as_json()["files"]), "dry_run": True}
        return render(request, "pages/policies/staff/upload.html", context)
    messages.success(request, _("导入完成。"))
    return redirect("policy_import:run", report.run)


def _run(request: HttpRequest, data: dict[str, Any]) -> Report:
    files = [SourceFile(PurePath(each.name), each.read()) for each in data["texts"]]
    setting = Setting(region=data["region"], kind=data["kind"], issuer=data["issuer"])
    return import_texts(
        files,
        setting=setting,
        by=request.user if request.user.is_authenticated else None,
        dry_run=data["dry_run"],
        seconds=MOST_SECONDS,
    )


def _rows(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a report with the words of the reader's language, failures first."""
    english = (get_language() or "").startswith("en")
    order = [RowState.FAILED, RowState.REMARK, RowState.ADDED, RowState.CHANGED, RowState.UNCHANGED]
    rows = [
        row | {"label": RowState(row["state"]).label, "message": row["en" if english else "zh"]}
        for row in files
    ]
    return sorted(rows, key=lambda row: order.index(RowState(row["state"])))


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Past imports of the official's regions, the latest first."""
    if not may_import_somewhere(request.user):
        raise PermissionDenied
    own = within_scope(
        ImportRun.objects.select_related("by", "region"), request.user, Column.POLICIES
    )
    page = Paginator(own.defer("report"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "pages/policies/staff/runs.html", {"runs": page})


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of one import."""
    found = get_object_or_404(ImportRun.objects.select_related("by", "region"), pk=pk)
    if found.region is None or not may_import(request.user, found.region):
        raise PermissionDenied
    context = {"run": found, "rows": _rows(found.report.get("files", []))}
    return render(request, "pages/policies/staff/run.html", context)
