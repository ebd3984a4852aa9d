"""Routes below ``/statistics/``."""

from django.urls import path

from portal.visits import views

app_name = "visits"
urlpatterns = [path("", views.statistics, name="statistics")]
