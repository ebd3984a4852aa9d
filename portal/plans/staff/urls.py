"""Routes of the officials' pages of notices, below the Wagtail admin."""

from django.urls import path

from portal.plans.staff import calendar_views, period_views, read_views, write_views

app_name = "notices_staff"

urlpatterns = [
    path("", read_views.index, name="index"),
    path("new/", write_views.new, name="new"),
    path("calendars/", calendar_views.calendars, name="calendars"),
    path("calendars/<int:year>/", calendar_views.calendar_year, name="calendar_year"),
    path("periods/", period_views.periods, name="periods"),
    path("periods/new/", period_views.period, name="period_new"),
    path("periods/<int:pk>/", period_views.period, name="period"),
    path("<int:pk>/", read_views.detail, name="detail"),
    path("<int:pk>/edit/", write_views.edit, name="edit"),
    path("<int:pk>/preview/", read_views.preview, name="preview"),
    path("<int:pk>/documents/<int:document>/", read_views.document, name="document"),
    path("<int:pk>/<slug:slug>/", write_views.step, name="step"),
]
