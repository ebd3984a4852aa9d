"""Public pages of notices: the list, a notice with all its versions, its record and documents."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from portal.core.map_link import map_link
from portal.core.regions.models import Region
from portal.core.regions.nodes import node_region
from portal.plans.content import record_bytes
from portal.plans.difference import difference
from portal.plans.models import Notice, NoticeDocument, NoticeVersion
from portal.plans.notice_filter import NoticeFilter
from portal.plans.reading import NoticeReading, open_by_region, rows_of

PAGE_SIZE = 20
INLINE_TYPES = ("application/pdf", "image/png", "image/jpeg")
FILE_SECONDS = 300
"""How long a cache may hand a file out unasked: a withdrawn one must be gone everywhere soon."""

MAX_NUMBER_DIGITS = 5


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """``/plans/``: notices in force, what ends soonest first."""
    wanted = NoticeFilter.from_query(request.GET)
    node = node_region(request)
    found = wanted.apply(node, timezone.localdate()).values_list("pk", flat=True)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = rows_of(list(page.object_list))
    context = {
        "filter": wanted,
        "notices": page,
        "regions": wanted.region_choices([row.region for row in open_by_region(node)]),
        "map_url": map_link(wanted.bounds) if wanted.bounds else reverse("viewer:map"),
    }
    return render(request, "pages/plans/notice_list.html", context)


@require_safe
def region_list(request: HttpRequest) -> HttpResponse:
    """``/plans/regions/``: divisions that have notices, found by name, code or pinyin."""
    node, text = node_region(request), request.GET.get("q", "").replace("\x00", "")[:30]
    regions = Region.objects.within(node) if node else Region.objects.all()
    regions = regions.named_like(text) if text else regions
    with_notices = regions.filter(notices__versions__in=NoticeVersion.objects.standing())
    counted = with_notices.annotate(count=Count("notices", distinct=True)).order_by("path")
    context = {"regions": counted, "text": text, "found": regions[:PAGE_SIZE] if text else []}
    return render(request, "pages/plans/region_list.html", context)


@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """``/plans/<code>/``: the newest public version of a notice."""
    newest = _readable(request, code).order_by("-number").first()
    if newest is None:
        raise Http404("no public version")
    return _version_page(request, newest)


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """``/plans/<code>/v/<n>/``: one version; it stays addressable for ever."""
    return _version_page(request, get_object_or_404(_readable(request, code), number=number))


def _version_page(request: HttpRequest, shown: NoticeVersion) -> HttpResponse:
    reading = NoticeReading(shown)
    context: dict[str, Any] = {"version": shown, "reading": reading}
    if shown.is_withdrawn:
        return render(request, "pages/plans/tombstone.html", context, status=410)
    # ``page`` fills the meta tags of an article.
    return render(request, "pages/plans/notice.html", context | {"page": shown})


@require_safe
def changes(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """``/plans/<code>/v/<n>/changes/``: what this version changed; ``?from=`` names another one."""
    versions = _readable(request, code)
    new = get_object_or_404(versions, number=number)
    earlier = versions.filter(number__lt=number).order_by("-number")
    asked = request.GET.get("from", "")
    is_number = asked.isdecimal() and len(asked) <= MAX_NUMBER_DIGITS
    old = earlier.filter(number=asked).first() if is_number else earlier.first()
    if old is None or new.is_withdrawn or old.is_withdrawn:
        raise Http404("there is no earlier version")
    context = {
        "old": old,
        "new": new,
        "version": new,
        "difference": difference(old, new),
        "earlier": earlier,
        "reading": NoticeReading(new),
    }
    return render(request, "pages/plans/changes.html", context)


@require_safe
def record(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """``record.json``: the very bytes whose SHA-256 the page shows."""
    shown = get_object_or_404(_readable(request, code), number=number)
    if shown.is_withdrawn:
        return render(request, "pages/plans/tombstone.html", {"version": shown}, status=410)
    response = HttpResponse(record_bytes(shown), content_type="application/json")
    response["ETag"] = f'"{shown.content_hash}"'
    return response


@require_safe
def document(request: HttpRequest, code: str, number: int, stem: str, pk: int) -> HttpResponseBase:
    """A file of a public version; PDF and pictures open in the browser, the rest is downloaded."""
    shown = get_object_or_404(_readable(request, code), number=number)
    if shown.is_withdrawn:
        return render(request, "pages/plans/tombstone.html", {"version": shown}, status=410)
    kept = get_object_or_404(NoticeDocument, pk=pk, version=shown, sha256__startswith=stem)
    etag = f'"{kept.sha256}"'
    if (unchanged := get_conditional_response(request, etag=etag)) is not None:
        return unchanged
    inline = kept.media_type in INLINE_TYPES and "download" not in request.GET
    name = f"{kept.title}.{kept.extension.lower()}"
    response = FileResponse(
        kept.file.open("rb"), as_attachment=not inline, filename=name, content_type=kept.media_type
    )
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FILE_SECONDS}"
    return response


def _readable(request: HttpRequest, code: str) -> Any:
    """Public versions of a notice of this node's division; 404 where there is no such notice."""
    found = get_object_or_404(Notice.objects.within(node_region(request)), code=code)
    return NoticeVersion.objects.public().filter(notice=found).select_related("notice__region")
