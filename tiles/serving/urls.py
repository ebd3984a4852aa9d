"""Documents about tiles; the tiles themselves are served in front of Django."""

from __future__ import annotations

from django.urls import path

from tiles.serving import views

app_name = "serving"

urlpatterns = [
    path("style.json", views.style, name="style"),
    path("<slug:layer>/tilejson.json", views.tilejson, name="tilejson"),
]
