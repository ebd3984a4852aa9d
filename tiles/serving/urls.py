"""Documents about tiles; the tiles themselves are served in front of Django."""

from __future__ import annotations

from django.urls import path

from tiles.serving import views

app_name = "serving"

urlpatterns = [
    path("style.json", views.style, name="style"),
    path("tileMatrixSets", views.tile_matrix_sets, name="tile_matrix_sets"),
    path("tileMatrixSets/<slug:tms>", views.tile_matrix_set, name="tile_matrix_set"),
    path("<slug:layer>/tilejson.json", views.tilejson, name="tilejson"),
    path("<slug:layer>/<slug:tms>/tilejson.json", views.tilejson, name="tilejson"),
    path("<slug:layer>/<slug:tms>/metadata.json", views.gdal_metadata, name="gdal_metadata"),
]
