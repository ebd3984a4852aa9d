"""Routes below ``/api/v1/``."""

from django.urls import path

from portal.viewer.api import HereView

app_name = "viewer_api"

urlpatterns = [path("here", HereView.as_view(), name="here")]
