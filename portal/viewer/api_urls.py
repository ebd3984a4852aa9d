"""Routes below ``/api/v1/``."""

from django.urls import path

from portal.viewer.api import HereView
from portal.viewer.notices_api import NoticePlacesView

app_name = "viewer_api"

urlpatterns = [
    path("here", HereView.as_view(), name="here"),
    path("notices.geojson", NoticePlacesView.as_view(), name="notices"),
]
