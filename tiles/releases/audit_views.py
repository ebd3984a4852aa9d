"""The officials' page of an audit run, and the same as JSON."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tiles.releases.audit_pages import sections, verdict
from tiles.releases.models import AuditRun
from tiles.releases.permissions import may_see


@require_safe
def audit(request: HttpRequest, pk: str, run: int) -> HttpResponse:
    """What a run looked at and what it found."""
    found = _run(request, pk, run)
    context = {
        "run": found,
        "release": found.release,
        "verdict": verdict(found.passed),
        "sections": sections(found.report),
    }
    return render(request, "pages/releases/audit.html", context)


@require_safe
def audit_json(request: HttpRequest, pk: str, run: int) -> JsonResponse:
    """The same for machines."""
    found = _run(request, pk, run)
    document = {
        "run": found.pk,
        "release": found.release_id,
        "layer": found.release.layer_id,
        "trigger": found.trigger,
        "full": found.full,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
        "passed": found.passed,
        "outputs": found.report.get("outputs", []),
    }
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def _run(request: HttpRequest, pk: str, run: int) -> AuditRun:
    if not may_see(request.user):
        raise PermissionDenied
    runs = AuditRun.objects.select_related("release__layer")
    return get_object_or_404(runs, pk=run, release=pk)
