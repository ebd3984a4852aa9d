"""Password rules of MLPS level 3 (等保三级口令要求) beyond those that Django has."""

from __future__ import annotations

import string

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.audit.origin import current_actor
from portal.core.audit.record import record_event
from portal.staff.models import Credential, FormerPassword

KINDS_WANTED = 3


class ThreeKindsValidator:
    """At least three of: small letters, capital letters, digits, other characters."""

    def validate(self, password: str, user: User | None = None) -> None:
        kinds = {_kind(character) for character in password}
        if len(kinds) < KINDS_WANTED:
            raise ValidationError(self.get_help_text(), code="password_too_few_kinds")

    def get_help_text(self) -> str:
        return _("密码须包含大写字母、小写字母、数字、其他字符中的至少三种。")


def _kind(character: str) -> str:
    if character in string.ascii_lowercase:
        return "small"
    if character in string.ascii_uppercase:
        return "capital"
    return "digit" if character.isdigit() else "other"


class NotTheNameValidator:
    """The account's name is no part of the password, forwards or backwards, in any case."""

    def validate(self, password: str, user: User | None = None) -> None:
        name = user.get_username().lower() if user else ""
        if name and any(part in password.lower() for part in (name, name[::-1])):
            raise ValidationError(self.get_help_text(), code="password_has_name")

    def get_help_text(self) -> str:
        return _("密码不能包含用户名或其倒序。")


class HistoryValidator:
    """The last passwords do not come again; keeps them, and the age of the present one."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        former = user.former_passwords.all()[: settings.STAFF_PASSWORD_HISTORY]
        encoded = [user.password, *(row.encoded for row in former)]
        if any(check_password(password, known) for known in encoded if known):
            raise ValidationError(self.get_help_text(), code="password_came_before")

    def get_help_text(self) -> str:
        return _("不能使用最近%(count)d次用过的密码。") % {"count": settings.STAFF_PASSWORD_HISTORY}

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Called by Django once the new password is saved.

        A password that somebody else chose has to be changed first. All sessions but the one in
        which the owner changed it are over: Django binds sessions to the password.
        """
        if user is None or user.pk is None:
            return
        actor = current_actor()
        Credential.objects.update_or_create(
            user=user,
            defaults={
                "changed_at": timezone.now(),
                "must_change": actor is not None and actor.pk != user.pk,
            },
        )
        FormerPassword.objects.create(user=user, encoded=user.password)
        kept = user.former_passwords.values_list("pk", flat=True)[: settings.STAFF_PASSWORD_HISTORY]
        user.former_passwords.exclude(pk__in=list(kept)).delete()
        record_event("account.password_changed", actor=actor, target=user)
