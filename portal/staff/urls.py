"""Routes of the staff pages, below the Wagtail admin."""

from __future__ import annotations

from django.urls import path

from portal.staff import account_views, audit_views, keeper_views, report_views

app_name = "staff"

urlpatterns = [
    path("password/", account_views.password, name="password"),
    path("security/", account_views.security, name="security"),
    path("security/recovery-codes/", account_views.recovery_codes, name="recovery_codes"),
    path("security/sessions/<uuid:pk>/end/", account_views.end_session, name="end_session"),
    path("security/sessions/end-others/", account_views.end_others, name="end_others"),
    path("accounts/<int:pk>/", keeper_views.account, name="account"),
    path("accounts/<int:pk>/unlock/", keeper_views.unlock_account, name="unlock"),
    path(
        "accounts/<int:pk>/reset-second-factor/",
        keeper_views.reset_second_factor,
        name="reset_second_factor",
    ),
    path("accounts/<int:pk>/end-sessions/", keeper_views.end_sessions, name="end_sessions"),
    path("audit/", audit_views.index, name="audit"),
    path("audit/<int:sequence>/", audit_views.event, name="audit_event"),
    path("audit/export/", audit_views.export, name="audit_export"),
    path("audit/verify/", audit_views.verify, name="audit_verify"),
    path("reports/", report_views.index, name="reports"),
    path("reports/<slug:name>.csv", report_views.export, name="report_export"),
]
