"""The fixed pages of the site, and the files that programs ask for."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.identity import SiteIdentity, SiteTexts
from portal.core.menu import main_menu
from portal.core.page_facts import ColumnFacts
from portal.core.site_map import site_map_groups

SECURITY_TXT_DAYS = 180


def service_column() -> ColumnFacts:
    """The column of the pages about the site itself."""
    return ColumnFacts(
        _("网站服务"), _("网站服务"), _("使用帮助、无障碍声明、网站地图与访问统计。")
    )


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (无障碍声明): what was measured, what is missing, how to complain."""
    texts: SiteTexts = SiteTexts.load(request)
    context = {"column": service_column(), "texts": texts}
    return render(request, "pages/core/accessibility.html", context)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to find a plan, how to object, how to use the site by keyboard (使用帮助)."""
    context = {"column": service_column(), "texts": SiteTexts.load(request)}
    return render(request, "pages/core/help.html", context)


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Every column and fixed page of the site as a list for people (网站地图)."""
    groups = site_map_groups(request, main_menu(request))
    return render(
        request, "pages/core/site_map.html", {"column": service_column(), "groups": groups}
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """``robots.txt``: what search engines should leave alone, and where the sitemap is."""
    closed = [reverse("wagtailadmin_home"), "/api/", "/tiles/", "/search/", "/en/search/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += [f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """``/.well-known/security.txt`` (RFC 9116), from the site's identity; 404 without a contact."""
    identity: SiteIdentity = SiteIdentity.load(request)
    mail = f"mailto:{identity.email}" if identity.email else ""
    contact = identity.security_contact or mail
    if not contact:
        raise Http404("no contact for security reports")
    expires = timezone.now().astimezone(datetime.UTC) + datetime.timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires.replace(hour=0, minute=0, second=0, microsecond=0).isoformat()}",
        "Preferred-Languages: zh, en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """``/favicon.ico`` for old browsers, which ask for it unasked."""
    return HttpResponsePermanentRedirect(static("img/mark-180.png"))
