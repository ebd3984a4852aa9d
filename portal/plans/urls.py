"""Routes below ``/plans/``."""

from django.urls import include, path

from portal.plans import feeds, print_views, views

app_name = "plans"

urlpatterns = [
    path("", views.notice_list, name="list"),
    path("regions/", views.region_list, name="regions"),
    path("feed.atom", feeds.feed, name="feed"),
    path("subscriptions/", include("portal.plans.subscriptions.urls")),
    path("<slug:code>/", views.notice, name="notice"),
    path("<slug:code>/v/<int:number>/", views.version, name="version"),
    path("<slug:code>/v/<int:number>/changes/", views.changes, name="changes"),
    path("<slug:code>/v/<int:number>/poster.pdf", print_views.poster_pdf, name="poster"),
    path("<slug:code>/v/<int:number>/pack.pdf", print_views.pack_pdf, name="pack_pdf"),
    path("<slug:code>/v/<int:number>/pack.zip", print_views.pack_zip, name="pack_zip"),
    path("<slug:code>/v/<int:number>/record.json", views.record, name="record"),
    path(
        "<slug:code>/v/<int:number>/documents/<slug:stem>/<int:pk>", views.document, name="document"
    ),
]
