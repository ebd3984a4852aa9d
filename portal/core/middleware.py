"""Security headers of every response that Django makes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.core.import_map import import_map_source

# The import map is the only inline script; its hash is added to script-src.
PUBLIC_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Wagtail's editor writes inline scripts and styles and shows page previews in a frame.
ADMIN_POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self'",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'self'",
    "frame-ancestors": "'self'",
}
PERMISSIONS = "geolocation=(self), camera=(), microphone=(), payment=(), usb=()"


def as_header(policy: dict[str, str]) -> str:
    """A policy as the value of ``Content-Security-Policy``."""
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


def public_policy() -> str:
    """The policy of the public pages, with the import map of this process allowed."""
    scripts = f"{PUBLIC_POLICY['script-src']} {import_map_source()}"
    return as_header(PUBLIC_POLICY | {"script-src": scripts})


class ContentSecurityPolicyMiddleware:
    """Sets an enforced Content-Security-Policy (内容安全策略) and a Permissions-Policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers unless the view has set its own."""
        response = self.get_response(request)
        is_admin = request.path.startswith(reverse("wagtailadmin_home"))
        policy = as_header(ADMIN_POLICY) if is_admin else public_policy()
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
