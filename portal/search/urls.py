"""Routes below ``/search/``."""

from django.urls import path

from portal.search import views

app_name = "search"

urlpatterns = [
    path("", views.search_page, name="search"),
    path("suggest", views.suggest, name="suggest"),
    path("ask/", views.ask_page, name="ask"),
]
