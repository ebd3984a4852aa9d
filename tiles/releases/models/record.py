"""What officials need to know about releases: history, incidents, jobs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tiles.releases.enums import EventKind, JobKind, JobState
from tiles.releases.models.release import Release


class ReleaseEvent(models.Model):
    """History of a release: who did what, when (only ever added to)."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.release_id} {self.kind}"


class Incident(models.Model):
    """A package that was refused, or a release whose audit did not pass (安全事件).

    Holds reasons and hashes, never contents.
    """

    at = models.DateTimeField(_("时间"), auto_now_add=True)
    code = models.CharField(_("类型"), max_length=40)
    release = models.ForeignKey(
        Release,
        on_delete=models.SET_NULL,
        null=True,
        related_name="incidents",
        verbose_name=_("发布版本"),
    )
    layer_code = models.CharField(_("图层"), max_length=40, blank=True)
    sha256 = models.CharField(_("文件摘要"), max_length=64, blank=True)
    size = models.BigIntegerField(_("字节数"), default=0)
    message = models.TextField(_("说明"))
    message_en = models.TextField(_("英文说明"))
    findings = models.JSONField(_("发现的问题"), default=list)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-at"]
        verbose_name = _("安全事件")
        verbose_name_plural = _("安全事件")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.code}"


class ReleaseJob(models.Model):
    """A long step and how far it is (后台任务)."""

    kind = models.CharField(max_length=20, choices=JobKind.choices)
    state = models.CharField(max_length=20, choices=JobState.choices, default=JobState.QUEUED)
    release = models.ForeignKey(
        Release, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    upload = models.CharField(max_length=255, blank=True)
    """File name below INTAKE_DIR, until the import has taken or refused it."""
    step = models.CharField(max_length=120, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    refusal = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
