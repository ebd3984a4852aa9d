"""Routes in front of Wagtail's own: the sign-in, and doors of Wagtail that stay shut."""

from __future__ import annotations

from django.urls import path, re_path

from portal.staff import sign_in_views

app_name = "sign_in"

# Roles come from the code, passwords are reset in person, notices have a workflow of their own,
# redirects come one by one (Wagtail's import of a table breaks on a form without its parts).
SHUT = "failwhale|test404|groups|workflows|reports|password_reset|collections|bulk/auth|redirects/import"

urlpatterns = [
    re_path(rf"^(?:{SHUT})(?:/|$)", sign_in_views.shut, name="shut"),
    path("login/", sign_in_views.SignInView.as_view(), name="password"),
    path("login/code/", sign_in_views.code, name="code"),
    path("login/enrol/", sign_in_views.enrol, name="enrol"),
]
