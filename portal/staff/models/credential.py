"""What stands beside the password: its age, its predecessors, and the recovery codes."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Credential(models.Model):
    """When a password was set, and whether its owner still has to choose another (口令状态)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="credential",
    )
    changed_at = models.DateTimeField(_("设置时间"))
    must_change = models.BooleanField(_("须先更改"), default=False)

    class Meta:
        verbose_name = _("口令状态")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user} {self.changed_at:%Y-%m-%d}"

    @classmethod
    def expires_at(cls, user: User) -> datetime.datetime:
        """The moment from which ``user`` has to change the password first."""
        credential = cls.objects.filter(user=user).first()
        if credential is None:
            return user.date_joined + settings.STAFF_PASSWORD_AGE
        if credential.must_change:
            return credential.changed_at
        return credential.changed_at + settings.STAFF_PASSWORD_AGE

    @classmethod
    def must_be_changed(cls, user: User) -> bool:
        """Whether the password is too old, or was set by somebody else."""
        return timezone.now() >= cls.expires_at(user)


class FormerPassword(models.Model):
    """A password that may not come again soon, hashed as Django hashes it (历史口令)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_passwords"
    )
    encoded = models.CharField(max_length=128)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at", "-pk")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """A code for the day the phone is lost; kept as a salted hash, good once (备用验证码)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.used_at or ''}"
