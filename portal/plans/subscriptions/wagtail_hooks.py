"""One-line registrations in the Wagtail admin."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from portal.plans.subscriptions.viewsets import SubscriptionsViewSet


@hooks.register("register_admin_viewset")
def subscriptions_viewset() -> SubscriptionsViewSet:
    return SubscriptionsViewSet()


@hooks.register("register_permissions")
def subscriptions_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="subscriptions", codename="see_mail_queue"
    )
