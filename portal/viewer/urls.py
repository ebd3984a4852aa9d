"""Routes below ``/map/``."""

from django.urls import path

from portal.viewer import compare, preview, views
from portal.viewer.raster import views as raster

app_name = "viewer"

urlpatterns = [
    path("", views.map_page, name="map"),
    path("here/", views.here, name="here"),
    path("compare/", compare.compare, name="compare"),
    path("compare/<slug:release>/style.json", compare.release_style, name="release_style"),
    path("compare/<slug:release>/picture.svg", compare.release_picture, name="release_picture"),
    path("preview.svg", preview.preview, name="preview"),
    path("preview.png", raster.map_png, name="map_png"),
    path("legend.png", raster.legend_sheet, name="legend_png"),
    path("notice/<int:notice>.png", raster.notice_png, name="notice_png"),
    path("layers/<slug:code>/", views.layer_page, name="layer"),
]
