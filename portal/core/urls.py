"""Pages about the site itself, in both languages."""

from django.urls import path

from portal.core import views

app_name = "core"
urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("help/", views.help_page, name="help"),
    path("sitemap/", views.site_map, name="site_map"),
]
