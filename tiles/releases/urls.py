"""Routes of the officials' release pages, below the Wagtail admin."""

from __future__ import annotations

from django.urls import path

from tiles.releases import audit_views, preview_views, views

app_name = "releases"

urlpatterns = [
    path("", views.index, name="index"),
    path("upload/", views.upload, name="upload"),
    path("incidents/", views.incidents, name="incidents"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/state/", views.job_state, name="job_state"),
    path("<slug:pk>/", views.detail, name="detail"),
    path("<slug:pk>/approve/", views.approve, name="approve"),
    path("<slug:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:pk>/rollback/", views.rollback, name="rollback"),
    path("<slug:pk>/audits/<int:run>/", audit_views.audit, name="audit"),
    path("<slug:pk>/audits/<int:run>/report.json", audit_views.audit_json, name="audit_json"),
    path("<slug:pk>/preview/style.json", preview_views.preview_style, name="preview_style"),
    path(
        "<slug:pk>/preview/<int:z>/<int:x>/<int:y>.mvt",
        preview_views.preview_tile,
        name="preview_tile",
    ),
]
