"""Layers, their releases, and what officials need to know about both."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.geos import Point, Polygon
from django.db import connections
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from tiles.releases.enums import EventKind, JobKind, JobState, ReleaseState

STORAGE_SRID = 4490
"""CGCS2000 in degrees; what every published geometry is stored in."""

POINT_AND_LINE_TOLERANCE_DEGREES = 0.0002
"""About 20 m: how near a click must be to a point or a line."""


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


class ReleaseFeatureQuerySet(QuerySet["ReleaseFeature"]):
    def current(self) -> ReleaseFeatureQuerySet:
        """Features of the releases in force."""
        return self.filter(release__in=Release.objects.current())

    def in_box(
        self, west: float, south: float, east: float, north: float
    ) -> ReleaseFeatureQuerySet:
        """Features whose bounding box meets a box in degrees, through the spatial index.

        SpatiaLite's planner does not use its R*Tree for spatial predicates by itself, so the
        index table is asked first; PostGIS does it with the ``&&`` operator.
        """
        if connections[self.db].vendor == "sqlite":
            table = self.model._meta.db_table
            index = RawSQL(  # noqa: S611 - the table name is ours, the numbers are parameters
                f'SELECT pkid FROM "idx_{table}_geometry"'  # noqa: S608
                " WHERE xmax >= %s AND xmin <= %s AND ymax >= %s AND ymin <= %s",
                (west, east, south, north),
            )
            return self.filter(pk__in=index)
        box = Polygon.from_bbox((west, south, east, north))
        box.srid = STORAGE_SRID
        return self.filter(geometry__bboverlaps=box)

    def at(self, point: Point) -> ReleaseFeatureQuerySet:
        """Features that apply at a point (EPSG:4490, degrees).

        Polygons that cover it; points and lines within about 20 m.
        """
        near = point.buffer(POINT_AND_LINE_TOLERANCE_DEGREES)
        near.srid = point.srid
        return (
            self.in_box(*near.extent)
            .filter(
                Q(geometry__intersects=point) | (Q(dimension__lt=2) & Q(geometry__intersects=near))
            )
            .select_related("release__layer")
            .order_by("release__layer__order", "number")
        )


class ReleaseFeature(models.Model):
    """One published feature (要素); written once, at intake."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="features")
    number = models.PositiveIntegerField()
    """Row in the package, from 1; also the feature id in the tiles."""
    dimension = models.PositiveSmallIntegerField()
    geometry = models.GeometryField(srid=STORAGE_SRID)
    properties = models.JSONField()
    objects = ReleaseFeatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "number"], name="feature_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.release_id}#{self.number}"


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
    """A package that was refused (安全事件). Holds reasons and hashes, never contents."""

    at = models.DateTimeField(_("时间"), auto_now_add=True)
    code = models.CharField(_("类型"), max_length=40)
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
        verbose_name = _("拒收事件")
        verbose_name_plural = _("拒收事件")

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
