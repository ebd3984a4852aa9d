"""Routes of the import below the staff area."""

from django.urls import path

from portal.policies import import_views

app_name = "policy_import"

urlpatterns = [
    path("", import_views.upload, name="upload"),
    path("runs/", import_views.runs, name="runs"),
    path("runs/<int:pk>/", import_views.run, name="run"),
]
