"""Layers and their releases."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tiles.releases.enums import ReleaseState


class LayerQuerySet(QuerySet["Layer"]):
    def published(self) -> LayerQuerySet:
        """Layers with a release in force, bottom of the map first."""
        return self.filter(current__isnull=False).select_related("current")


class Layer(models.Model):
    """A map layer (图层); made by the first package that carries its code."""

    code = models.SlugField(_("代码"), max_length=40, primary_key=True)
    title = models.CharField(_("名称"), max_length=120)
    title_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    category = models.CharField(_("类别"), max_length=20, blank=True)
    order = models.IntegerField(_("绘制顺序"), default=0)
    current = models.ForeignKey(
        "Release",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("现行版本"),
    )
    objects = LayerQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("图层")
        verbose_name_plural = _("图层")

    def __str__(self) -> str:
        return self.title

    @property
    def profile(self) -> dict[str, Any]:
        """Public half of the profile in force; empty when nothing is published."""
        return self.current.profile if self.current else {}


class ReleaseQuerySet(QuerySet["Release"]):
    def awaiting_approval(self) -> ReleaseQuerySet:
        return self.filter(state=ReleaseState.AWAITING_APPROVAL)

    def current(self) -> ReleaseQuerySet:
        """The releases in force, one a layer."""
        return self.filter(pk__in=Layer.objects.exclude(current=None).values("current"))

    def servable(self) -> ReleaseQuerySet:
        """Releases whose tiles may be asked for, or answer 410."""
        return self.filter(state__in=[ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN]).exclude(
            published_at=None
        )


class Release(models.Model):
    """One signed release of a layer (图层发布版本). Its features never change."""

    id = models.CharField(_("编号"), max_length=40, primary_key=True)
    layer = models.ForeignKey(
        Layer, on_delete=models.PROTECT, related_name="releases", verbose_name=_("图层")
    )
    version = models.BigIntegerField(_("版本号"))
    state = models.CharField(_("状态"), max_length=20, choices=ReleaseState.choices)
    sha256 = models.CharField(_("发布包摘要"), max_length=64)
    profile = models.JSONField(_("公开规则"))
    reports = models.JSONField(_("质检与审计报告"), default=dict)
    feature_count = models.PositiveIntegerField(_("要素数"), default=0)
    bounds = models.JSONField(_("范围"), default=list)
    """[west, south, east, north] in degrees, EPSG:4490."""
    archives = models.JSONField(_("瓦片档案"), default=dict)
    """Tile matrix set id -> path below PUBLISHED_DIR."""
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("导入人"),
    )
    imported_at = models.DateTimeField(_("导入时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("须于此前发布"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("审批人"),
    )
    published_at = models.DateTimeField(_("发布时间"), null=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    withdrawn_reason = models.TextField(_("撤回原因"), blank=True)
    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-imported_at"]
        verbose_name = _("发布版本")
        verbose_name_plural = _("发布版本")
        permissions = [
            ("import_release", "可导入发布包"),
            ("approve_release", "可审批发布"),
        ]
        constraints = [
            # Two packages of one version would make "older" meaningless.
            models.UniqueConstraint(fields=["layer", "version"], name="release_version_once"),
            # The database itself holds the four-eyes rule.
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("imported_by")),
                name="release_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReleaseState.PUBLISHED)
                | Q(approved_by__isnull=False, published_at__isnull=False),
                name="release_published_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id} {self.id}"

    @property
    def is_current(self) -> bool:
        return self.layer.current_id == self.id
