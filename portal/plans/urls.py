"""Routes below ``/plans/``."""

from django.urls import path

from portal.plans import views

app_name = "plans"

urlpatterns = [
    path("", views.notice_list, name="list"),
    path("regions/", views.region_list, name="regions"),
    path("<slug:code>/", views.notice, name="notice"),
    path("<slug:code>/v/<int:number>/", views.version, name="version"),
    path("<slug:code>/v/<int:number>/changes/", views.changes, name="changes"),
    path("<slug:code>/v/<int:number>/record.json", views.record, name="record"),
    path(
        "<slug:code>/v/<int:number>/documents/<slug:stem>/<int:pk>", views.document, name="document"
    ),
]
