"""Officials for tests: with roles and postings, signed in with both factors."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core.regions.models import Region
from portal.staff.enums import Column
from portal.staff.models import Posting, Role
from portal.staff.write_roles import write_roles

PASSWORD = "Sample-City-2035"

APPROVER = """
from django.contrib.auth.models import Permission, User
from portal.core.regions.models import Region
from portal.staff.models import Posting
approver = User.objects.create_user("approver")
approver.user_permissions.add(Permission.objects.get(codename="approve_release"))
city = Region.objects.get_or_create(code="990100", defaults={"name": "示例市", "level": 2})[0]
Posting.objects.create(user=approver, region=city, column="releases")
"""
"""For the shell of an installation: somebody who may approve layers there."""


def device_of(user: User) -> TOTPDevice:
    """The confirmed second factor of an official, made if there is none."""
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return device or TOTPDevice.objects.create(user=user, name="totp", confirmed=True)


def code_for(device: TOTPDevice, *, steps: int = 0) -> str:
    """The code that an authenticator shows, ``steps`` half minutes away from now."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + steps * device.step
    return f"{totp.token():0{device.digits}d}"


class OfficialClient(Client):
    """Django's test client; ``force_login`` signs in with the second factor as well."""

    def force_login(self, user: Any, backend: str | None = None, *, verified: bool = True) -> None:
        user.otp_device = device_of(user) if verified else None
        super().force_login(user, backend or "django.contrib.auth.backends.ModelBackend")
        if verified:
            session = self.session
            session[DEVICE_ID_SESSION_KEY] = user.otp_device.persistent_id
            session.save()
            # A session that lies in its cookie has another one now.
            self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


def official(
    username: str,
    *roles: str,
    region: Region | None = None,
    column: Column | None = None,
    permissions: tuple[str, ...] = (),
) -> User:
    """An official with roles of ``portal.staff.roles`` (by code), posted if a region is given.

    ``permissions`` ("app.codename") stand beside the roles.
    """
    user = User(username=username, first_name=f"{username}示例")
    user.set_password(PASSWORD)
    user.save()
    if roles and not Role.objects.exists():
        write_roles()
    for code in roles:
        user.groups.add(Role.objects.get(code=code).group)
    for name in permissions:
        label, codename = name.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=label, codename=codename)
        )
    if region:
        for chosen in [column] if column else list(Column):
            Posting.objects.create(user=user, region=region, column=chosen)
    return User.objects.get(pk=user.pk)


def signed_in(user: User) -> OfficialClient:
    """A client of an official, both factors given."""
    client = OfficialClient()
    client.force_login(user)
    return client
