"""Posters and packs of public versions, as downloads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from wagtail.models import Site

from portal.core.models import SiteIdentity
from portal.core.rate_limit import rate_limited
from portal.core.regions.nodes import node_region
from portal.core.site_address import site_address
from portal.plans.models import Notice, NoticeVersion
from portal.plans.pack import Pack
from portal.plans.poster import SIZES, poster
from portal.plans.printed import NotPrintable

AN_HOUR = 3600
View = Callable[[HttpRequest, NoticeVersion], HttpResponseBase]


def of_public_version(view: View) -> Callable[..., HttpResponseBase]:
    """Hand the version over: 404 where it is not public, 410 with its tombstone when withdrawn.

    503 with a text when the file cannot be made now.
    """

    @require_safe
    @rate_limited("print", "RATE_LIMIT_PRINT")
    @wraps(view)
    def answered(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
        notices = Notice.objects.within(node_region(request))
        notice = get_object_or_404(notices, code=code)
        public = NoticeVersion.objects.public().select_related("notice__region")
        version = get_object_or_404(public, notice=notice, number=number)
        if version.is_withdrawn:
            return render(request, "pages/plans/tombstone.html", {"version": version}, status=410)
        try:
            return view(request, version)
        except NotPrintable as problem:
            return _not_now(request, problem)

    return answered


def _not_now(request: HttpRequest, problem: NotPrintable) -> HttpResponse:
    text = render_to_string("pages/plans/not_printable.html", {"code": problem.code}, request)
    response = HttpResponse(text, status=503)
    response["Retry-After"] = str(problem.retry_seconds)
    response["Cache-Control"] = "no-store"
    return response


@of_public_version
def poster_pdf(request: HttpRequest, version: NoticeVersion) -> HttpResponseBase:
    """``poster.pdf?size=A3|A4``; another size means A3."""
    asked = request.GET.get("size", "").upper()
    size = asked if asked in SIZES else SIZES[0]
    path = poster(version, size, *_site(request))
    name = f"{version.notice.code}-v{version.number}-{size}.pdf"
    return _file(path, name, "application/pdf", inline=True)


@of_public_version
def pack_pdf(request: HttpRequest, version: NoticeVersion) -> HttpResponseBase:
    """``pack.pdf``: the whole notice to read and to print."""
    pack = Pack.of(version, *_site(request))
    return _file(pack.pdf(), f"{pack.name}.pdf", "application/pdf", inline=True)


@of_public_version
def pack_zip(request: HttpRequest, version: NoticeVersion) -> HttpResponseBase:
    """``pack.zip``: the same with the original files, the record and all hashes."""
    pack = Pack.of(version, *_site(request))
    return _file(pack.archive(), f"{pack.name}.zip", "application/zip", inline=False)


def _site(request: HttpRequest) -> tuple[str, Any]:
    return site_address(Site.find_for_request(request)), SiteIdentity.load(request)


def _file(path: Any, name: str, media_type: str, *, inline: bool) -> FileResponse:
    response = FileResponse(
        path.open("rb"), as_attachment=not inline, filename=name, content_type=media_type
    )
    response["ETag"] = f'"{path.stem[:32]}"'
    response["Cache-Control"] = f"public, max-age={AN_HOUR}"
    return response
