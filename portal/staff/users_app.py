"""Wagtail's accounts with our forms and rules."""

from wagtail.users.apps import WagtailUsersAppConfig


class StaffUsersConfig(WagtailUsersAppConfig):
    """Names our viewset of accounts; the app stays Wagtail's."""

    user_viewset = "portal.staff.users.OfficialViewSet"
