"""Composition root: public, staff and health routes."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.core import display, health, sitemaps, views
from portal.staff import sign_in_views

handler400 = "portal.core.errors.bad_request"
handler403 = "portal.core.errors.permission_denied"
handler404 = "portal.core.errors.page_not_found"
handler500 = "portal.core.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("tiles/", include("tiles.serving.urls")),
    path("api/v1/", include("portal.viewer.api_urls")),
    path("admin/", include("portal.staff.sign_in_urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("display/", display.choose, name="display"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<section>.xml", sitemaps.section, name="sitemap_section"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("favicon.ico", views.favicon, name="favicon"),
    # Only images that Wagtail has checked and re-encoded; documents go through their own view.
    re_path(
        r"^media/(?P<path>images/.+)$",
        serve,
        {"document_root": settings.MEDIA_ROOT},
        name="media_image",
    ),
]

if settings.DEBUG:
    from portal.core import gallery

    urlpatterns.append(path("components/", include(gallery)))

urlpatterns += i18n_patterns(
    path("map/", include("portal.viewer.urls")),
    path("plans/", include("portal.plans.urls")),
    # The address that notices had before they became versions.
    path("notices/", RedirectView.as_view(pattern_name="plans:list", permanent=True)),
    path("feedback/", include("portal.feedback.urls")),
    path("statistics/", include("portal.visits.urls")),
    path("", include("portal.core.urls")),
    path("search/", include("portal.search.urls")),
    path("policies/", include("portal.policies.urls")),
    # Wagtail's sign-in for visitors asks for the password alone.
    path("_util/login/", sign_in_views.shut),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
