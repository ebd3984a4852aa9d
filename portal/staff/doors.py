"""Doors of Wagtail that stay shut to the three administrators: they draft and choose no content.

Wagtail lets everybody who may enter the staff area look into its lists of pages, images and
documents, drafts among them.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.admin.auth import permission_denied

from portal.staff.rights import holds_duty

CONTENT = (
    "api/", "block-preview/", "bulk/", "choose-", "documents/", "editing-sessions/", "embeds/",
    "images/", "pages/", "policy_regulation_chooser/", "snippets/", "tag-autocomplete/",
)  # fmt: skip


class DutyDoorsMiddleware:
    """Sends a duty holder away from the lists of content."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Asks the database on those addresses alone."""
        home = reverse("wagtailadmin_home")
        inside = request.path.startswith(home)
        if inside and request.path.removeprefix(home).startswith(CONTENT):
            user = request.user
            if isinstance(user, User) and holds_duty(user):
                refused: HttpResponse = permission_denied(request)
                return refused
        return self.get_response(request)
