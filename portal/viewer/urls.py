"""Routes below ``/map/``."""

from django.urls import path

from portal.viewer import preview, views

app_name = "viewer"

urlpatterns = [
    path("", views.map_page, name="map"),
    path("here/", views.here, name="here"),
    path("preview.svg", preview.preview, name="preview"),
]
