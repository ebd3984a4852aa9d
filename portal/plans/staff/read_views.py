"""Staff pages that only read: the list, one version, its preview and its files."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from portal.core.middleware import public_policy
from portal.plans.enums import VersionState
from portal.plans.models import NoticeDocument, NoticeVersion
from portal.plans.reading import NoticeReading
from portal.plans.staff.access import may_begin, may_change, may_keep_rules, official, version_of
from portal.plans.staff.listing import TABS, StaffFilter, offered_regions
from portal.plans.staff.prefill import period_outlook
from portal.plans.staff.preview import PreviewReading
from portal.plans.staff.steps import steps_for
from portal.plans.views import INLINE_TYPES

PAGE_SIZE = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """``/admin/notices/``: the versions of the official's divisions, filtered."""
    person = official(request)
    wanted = StaffFilter.from_query(request.GET)
    page = Paginator(wanted.apply(person, timezone.localdate()), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "filter": wanted,
        "page": page,
        "regions": offered_regions(person),
        "tabs": TABS,
        "may_begin": may_begin(person),
        "may_keep_rules": may_keep_rules(person),
    }
    return render(request, "pages/plans/staff/index.html", context)


@require_safe
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: facts, timeline with people, preview, and the steps that are possible."""
    person, version = version_of(request, pk)
    steps = steps_for(person, version)
    in_work = version.state in {
        VersionState.DRAFT,
        VersionState.RETURNED,
        VersionState.AWAITING_APPROVAL,
    }
    context: dict[str, Any] = {
        "version": version,
        "notice": version.notice,
        "steps": steps,
        "may_change": may_change(person, version),
        "is_own": version.state == VersionState.AWAITING_APPROVAL
        and person.pk in {version.author_id, version.submitted_by_id},
        "returned_because": _last_return(version),
        "events": version.events.select_related("by"),
        "versions": version.notice.versions.order_by("-number").defer("body", "footprint"),
        "documents": version.documents.all(),
        "layers": NoticeReading(version).layers,
        "outlook": period_outlook(version) if in_work else None,
    }
    return render(request, "pages/plans/staff/detail.html", context)


def _last_return(version: NoticeVersion) -> str:
    """Why a version came back, while it is in that state."""
    if version.state != VersionState.RETURNED:
        return ""
    last = version.events.filter(kind="returned").order_by("-at", "-pk").first()
    return last.reason if last else ""


@require_safe
@xframe_options_sameorigin
@never_cache
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page of a version as it will be, for officials only, marked, kept by no cache."""
    _person, version = version_of(request, pk)
    context = {"page": version, "version": version, "reading": PreviewReading(version)}
    response = render(request, "pages/plans/staff/preview.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    # It is the public page: held to the policy of the public pages.
    response["Content-Security-Policy"] = public_policy().replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    return response


@require_safe
def document(request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
    """A file of a version for the officials of its division."""
    _person, version = version_of(request, pk)
    kept = get_object_or_404(NoticeDocument, pk=document, version=version)
    inline = kept.media_type in INLINE_TYPES and "download" not in request.GET
    response = FileResponse(
        kept.file.open("rb"),
        as_attachment=not inline,
        filename=f"{kept.title}.{kept.extension.lower()}",
        content_type=kept.media_type,
    )
    response["Cache-Control"] = "private, no-store"
    return response
