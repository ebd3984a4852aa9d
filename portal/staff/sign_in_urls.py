"""Routes before the sign-in; they stand in front of Wagtail's own."""

from __future__ import annotations

from django.urls import path

from portal.staff import sign_in_views

app_name = "sign_in"

urlpatterns = [
    path("login/", sign_in_views.SignInView.as_view(), name="password"),
    path("login/code/", sign_in_views.code, name="code"),
    path("login/enrol/", sign_in_views.enrol, name="enrol"),
]
