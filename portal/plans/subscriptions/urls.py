"""Routes below ``/plans/subscriptions/``."""

from django.urls import path

from portal.plans.subscriptions import manage_views, views

app_name = "subscriptions"

urlpatterns = [
    path("", views.subscribe, name="subscribe"),
    path("confirm/<str:token>/", views.confirm_page, name="confirm"),
    path("manage/<str:token>/", manage_views.manage, name="manage"),
    path("manage/<str:token>/<slug:key>/", manage_views.change, name="change"),
    path("stop/<str:token>/", manage_views.stop_page, name="stop"),
]
