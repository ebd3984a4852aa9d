"""Routes below ``/feedback/``."""

from django.urls import path

from portal.feedback import views

app_name = "feedback"
urlpatterns = [
    path("", views.contact, name="contact"),
    path("error/", views.error, name="error"),
    path("answer/", views.answer, name="answer"),
]
