"""Sessions of officials: where an account is signed in, and since when."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StaffSession(models.Model):
    """One sign-in of an official on one device (登录会话).

    The browser's session holds the number of this row; without its row a session is over. So
    one's sessions can be listed and ended, and no session key is written down here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_sessions"
    )
    started_at = models.DateTimeField(_("登录时间"), default=timezone.now)
    seen_at = models.DateTimeField(_("最近活动"), default=timezone.now)
    address = models.CharField(_("来源地址"), max_length=45, blank=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("登录会话")
        ordering = ("-seen_at",)
        default_permissions = ()
        permissions = [("keep_accounts", "可解锁账号、重置动态口令、结束会话")]

    def __str__(self) -> str:
        return f"{self.user} {self.address}"

    @property
    def is_over(self) -> bool:
        """Whether it was idle too long, or lasted too long in all."""
        now = timezone.now()
        return (
            now - self.seen_at > settings.STAFF_IDLE_TIME
            or now - self.started_at > settings.STAFF_SESSION_TIME
        )
