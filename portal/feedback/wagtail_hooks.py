"""One-line registrations in the Wagtail admin."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from portal.feedback.viewsets import FeedbackViewSet


@hooks.register("register_admin_viewset")
def feedback_viewset() -> FeedbackViewSet:
    return FeedbackViewSet()


@hooks.register("register_permissions")
def feedback_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="feedback", codename="answer_message")
