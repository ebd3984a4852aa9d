"""The audit administrator's pages: read, verify, export (审计日志)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.core.audit.models import AuditEvent
from portal.core.audit.record import record_event
from portal.core.audit.verify import verify_chain
from portal.core.integrity.audit_chain import NAME, outcome_of
from portal.core.integrity.run import keep
from portal.staff.account_views import own
from portal.staff.actions import action_label
from portal.staff.audit_filter import AuditFilter
from portal.staff.audit_standing import audit_rows
from portal.staff.csv_file import csv_response
from portal.staff.permissions import may_export_log, may_read_log


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The log, newest first."""
    if not may_read_log(request.user):
        raise PermissionDenied
    return _listed(request, AuditFilter(request.GET), request.GET)


def _listed(
    request: HttpRequest, form: AuditFilter, asked: QueryDict, status: int = 200
) -> HttpResponse:
    events, following = form.page()
    query = asked.copy()
    query.pop("before", None)
    context = {
        "form": form,
        "events": [(event, action_label(event.action)) for event in events],
        "following": following,
        "query": query.urlencode(),
        "head": AuditEvent.objects.head(),
        "may_export": may_export_log(request.user),
        "standing": audit_rows(),
    }
    return render(request, "pages/staff/audit.html", context, status=status)


@require_safe
def event(request: HttpRequest, sequence: int) -> HttpResponse:
    """One event with its facts and hashes."""
    if not may_read_log(request.user):
        raise PermissionDenied
    found = get_object_or_404(AuditEvent, sequence=sequence)
    context = {
        "event": found,
        "label": action_label(found.action),
        "facts": json.dumps(dict(found.facts), ensure_ascii=False, indent=2),
        "sound": found.hash == found.expected_hash(),
    }
    return render(request, "pages/staff/audit_event.html", context)


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain now; about half a minute for a million events."""
    if not may_read_log(request.user):
        raise PermissionDenied
    started = timezone.now()
    result = verify_chain(Path(settings.AUDIT_ANCHORS))
    keep(NAME, outcome_of(result), started)
    facts = {"sound": result.sound, "events": result.events, "found": result.found}
    record_event("audit.verified", actor=own(request), target=None, facts=facts)
    context = {"result": result, "at": timezone.now()}
    return render(request, "pages/staff/audit_verified.html", context)


@require_POST
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The events asked for as CSV; that they were taken out is an event itself."""
    if not may_export_log(request.user):
        raise PermissionDenied
    form = AuditFilter(request.POST)
    if not form.is_valid():  # a filter that is not understood must not take out everything
        return _listed(request, form, QueryDict(), 422)
    found = form.events()
    newest = AuditEvent.objects.head()
    facts: dict[str, Any] = {"filter": form.facts(), "until": newest.sequence if newest else 0}
    record_event("audit.exported", actor=own(request), target=None, facts=facts)
    header = [_("序号"), _("时间"), _("操作人"), _("来源地址"), _("操作"), _("对象类型")]
    header += [_("对象编号"), _("对象"), _("区划代码"), _("要素"), _("摘要值")]
    return csv_response("audit", header, _rows(found, facts["until"]))


def _rows(found: Any, until: int) -> Iterator[list[object]]:
    """Rows up to the moment of asking."""
    columns = ("actor_name", "address", "action", "target_type", "target_id", "target_text")
    for event in found.filter(sequence__lte=until).iterator(chunk_size=2_000):
        moment = timezone.localtime(event.at).isoformat(timespec="seconds")
        told = [getattr(event, name) for name in columns]
        yield [event.sequence, moment, *told, event.region_code, event.facts_json, event.hash]
