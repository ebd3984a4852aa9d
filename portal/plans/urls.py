"""Routes below ``/plans/``."""

from django.urls import include, path

from portal.plans import feeds, views

app_name = "plans"

urlpatterns = [
    path("", views.notice_list, name="list"),
    path("regions/", views.region_list, name="regions"),
    path("feed.atom", feeds.feed, name="feed"),
    path("subscriptions/", include("portal.plans.subscriptions.urls")),
    path("<slug:code>/", views.notice, name="notice"),
    path("<slug:code>/v/<int:number>/", views.version, name="version"),
    path("<slug:code>/v/<int:number>/changes/", views.changes, name="changes"),
    path("<slug:code>/v/<int:number>/record.json", views.record, name="record"),
    path(
        "<slug:code>/v/<int:number>/documents/<slug:stem>/<int:pk>", views.document, name="document"
    ),
]
