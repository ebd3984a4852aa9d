"""The officials' pages of releases, inside the Wagtail admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from tiles.desensitise.errors import Refusal
from tiles.releases.approve import check_may_approve, failed_audit
from tiles.releases.audit_pages import change_counts, change_rows, live_layers, verdict
from tiles.releases.enums import JobKind, JobState, ReleaseState
from tiles.releases.forms import UploadForm, WithdrawForm
from tiles.releases.intake import keep_upload
from tiles.releases.jobs import new_job
from tiles.releases.models import Incident, Release, ReleaseJob
from tiles.releases.permissions import Person, is_another_person, may_approve, may_import, may_see
from tiles.releases.report_rows import ReportRow, audit_rows, quality_rows
from tiles.releases.rollback import roll_back
from tiles.releases.tasks import run_import, run_publish
from tiles.releases.withdraw import WITHDRAWABLE, withdraw_release

STEPS = {
    "verify": gettext_lazy("核验签名与内容"),
    "audit": gettext_lazy("审计"),
    "difference": gettext_lazy("与现行版本对比"),
    "archive": gettext_lazy("审计瓦片"),
    "quality": gettext_lazy("质检"),
    "store": gettext_lazy("写入要素"),
    "read": gettext_lazy("读取要素"),
    "tiles": gettext_lazy("生成瓦片"),
}


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _official(request: HttpRequest, may: Callable[[Person], bool]) -> User:
    """The signed-in official, who has to have a permission."""
    user = request.user
    if not isinstance(user, User) or not may(user):
        raise PermissionDenied
    return user


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What awaits approval, what is in force, what is running."""
    _require(may_see(request.user))
    releases = Release.objects.select_related("layer", "imported_by", "approved_by")
    live = live_layers()
    context = {
        "awaiting": releases.awaiting_approval(),
        "live": live,
        "alarms": [layer for layer in live if layer.alarm],
        "audited_at": settings.AUDIT_LIVE_AT,
        "jobs": ReleaseJob.objects.select_related("release", "created_by")[:8],
        "incidents": Incident.objects.all()[:5],
        "may_import": may_import(request.user),
    }
    return render(request, "pages/releases/index.html", context)


def upload(request: HttpRequest) -> HttpResponse:
    """Upload a package; it is verified in the background."""
    official = _official(request, may_import)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = keep_upload(form.cleaned_data["package"])
        job = new_job(JobKind.IMPORT, by=official, upload=kept.name)
        run_import.enqueue(job.pk)
        return redirect("releases:job", job.pk)
    return render(request, "pages/releases/upload.html", {"form": form})


@require_safe
def detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One release: facts, reports, history, preview, and what may be done with it."""
    _require(may_see(request.user))
    release = get_object_or_404(
        Release.objects.select_related("layer__current", "imported_by", "approved_by"), pk=pk
    )
    approver = may_approve(request.user)
    difference = release.reports.get("difference", {})
    failed = failed_audit(release)
    context = {
        "release": release,
        "failed": failed,
        "audits": [(run, verdict(run.passed)) for run in release.audits.defer("report")[:8]],
        "difference": difference,
        "changes": change_rows(release, difference),
        "change_counts": change_counts(difference),
        "outdated": release.state == ReleaseState.AWAITING_APPROVAL
        and difference.get("previous") != release.layer.current_id,
        "events": release.events.select_related("by"),
        "reports": _report_tables(release),
        "signers": release.reports.get("portal", {}).get("signers", []),
        "archive_report": release.reports.get("archives", {}),
        "may_approve": approver
        and release.state == ReleaseState.AWAITING_APPROVAL
        and not failed
        and is_another_person(request.user, release),
        "is_own": request.user.pk == release.imported_by_id,
        "may_withdraw": approver and release.state in WITHDRAWABLE,
        "may_roll_back": approver
        and release.state == ReleaseState.PUBLISHED
        and not release.is_current,
        "withdraw_form": WithdrawForm(),
        "bounds": ",".join(str(edge) for edge in release.bounds),
    }
    return render(request, "pages/releases/detail.html", context)


def _report_tables(release: Release) -> list[tuple[str, list[ReportRow]]]:
    """The four reports of a release by title."""
    stated = release.reports.get("internal", {})
    own = release.reports.get("portal", {})
    return [
        (_("质检报告（内部节点）"), quality_rows(stated.get("quality", {}).get("internal", {}))),
        (_("质检报告（本门户）"), quality_rows(own.get("quality", {}))),
        (_("审计报告（内部节点）"), audit_rows(stated.get("audit", {}).get("internal", {}))),
        (_("审计报告（本门户）"), audit_rows(own.get("audit", {}))),
    ]


@require_POST
def approve(request: HttpRequest, pk: str) -> HttpResponse:
    """Start the publication in the background."""
    official = _official(request, may_approve)
    release = get_object_or_404(Release.objects.select_related("layer__current"), pk=pk)
    try:
        check_may_approve(release, official)
    except Refusal as refusal:
        messages.error(request, _explain(refusal))
        return redirect("releases:detail", pk)
    running = release.jobs.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).first()
    job = running or new_job(JobKind.PUBLISH, by=official, release=release)
    if running is None:
        run_publish.enqueue(job.pk)
    return redirect("releases:job", job.pk)


@require_POST
def withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    official = _official(request, may_approve)
    release = get_object_or_404(Release, pk=pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("撤回必须说明原因。"))
        return redirect("releases:detail", pk)
    try:
        withdraw_release(release, reason=form.cleaned_data["reason"], by=official)
    except Refusal as refusal:
        messages.error(request, _explain(refusal))
    else:
        messages.success(request, _("已撤回，瓦片与要素不再提供。"))
    return redirect("releases:detail", pk)


@require_POST
def rollback(request: HttpRequest, pk: str) -> HttpResponse:
    official = _official(request, may_approve)
    release = get_object_or_404(Release.objects.select_related("layer"), pk=pk)
    try:
        roll_back(release.layer, to=release, by=official)
    except Refusal as refusal:
        messages.error(request, _explain(refusal))
    else:
        messages.success(request, _("已回退，此版本现为现行版本。"))
    return redirect("releases:detail", pk)


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a background job is."""
    _require(may_see(request.user))
    found = get_object_or_404(ReleaseJob.objects.select_related("release", "created_by"), pk=pk)
    return render(request, "pages/releases/job.html", {"job": found, **_progress(found)})


@require_GET
def job_state(request: HttpRequest, pk: int) -> JsonResponse:
    """The same as JSON, for the progress bar."""
    _require(may_see(request.user))
    return JsonResponse(_progress(get_object_or_404(ReleaseJob, pk=pk)))


def _progress(found: ReleaseJob) -> dict[str, Any]:
    finished = found.state in {JobState.DONE, JobState.REFUSED, JobState.INTERRUPTED}
    percent = 100 * found.done // found.total if found.total else 0
    return {
        "state": found.state,
        "label": found.get_state_display(),
        "step": str(STEPS.get(found.step, found.step)),
        "percent": 100 if found.state == JobState.DONE else min(percent, 99),
        "finished": finished,
        "release": reverse("releases:detail", args=[found.release_id]) if found.release_id else "",
    }


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """Packages that were refused and audits that did not pass, newest first."""
    _require(may_see(request.user))
    found = Incident.objects.select_related("reported_by")[:200]
    return render(request, "pages/releases/incidents.html", {"incidents": found})


def _explain(refusal: Refusal) -> str:
    """Why a step was refused, in the official's language."""
    if (get_language() or "").startswith("en"):
        return f"{refusal.en}. {refusal.mend_en}"
    return f"{refusal.zh}。{refusal.mend_zh}"
