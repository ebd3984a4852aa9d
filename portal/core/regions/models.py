"""Administrative divisions (行政区划) after GB/T 2260, and the nodes that publish for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from portal.core.regions.enums import RegionLevel
from portal.core.text.pinyin import pinyin_of

NATION_CODE = "100000"
"""The whole country; GB/T 2260 itself begins with the provinces."""


class RegionQuerySet(QuerySet["Region"]):
    """Reads over divisions."""

    def within(self, region: Region) -> RegionQuerySet:
        """``region`` and everything below it."""
        return self.filter(path__startswith=region.path)

    def in_force(self) -> RegionQuerySet:
        """Divisions that were not abolished."""
        return self.filter(abolished_on=None)

    def named_like(self, text: str) -> RegionQuerySet:
        """Divisions whose name, code, pinyin or initials begin with or hold ``text``."""
        wanted = "".join(text.split()).lower()
        if not wanted:
            return self.none()
        return self.filter(
            Q(name__contains=wanted)
            | Q(code__startswith=wanted)
            | Q(pinyin__startswith=wanted)
            | Q(initials__startswith=wanted)
        ).order_by("level", "code")


class Region(models.Model):
    """An administrative division (行政区划), its code from GB/T 2260 or below it GB/T 10114."""

    code = models.CharField(_("区划代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    level = models.PositiveSmallIntegerField(_("级别"), choices=RegionLevel.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.CharField(_("路径"), max_length=80, editable=False)
    pinyin = models.CharField(_("拼音"), max_length=160, editable=False)
    initials = models.CharField(_("拼音首字母"), max_length=40, editable=False)
    abolished_on = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = RegionQuerySet.as_manager()

    panels: ClassVar[list[Any]] = [
        FieldPanel(name) for name in ("code", "name", "name_en", "level", "parent", "abolished_on")
    ]

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")
        ordering = ("code",)
        constraints = [
            # The path answers "is it below": every answer is wrong where one is not unique.
            models.UniqueConstraint(fields=["path"], name="region_path_once"),
        ]
        indexes = [
            models.Index(fields=["pinyin"], name="region_pinyin"),
            models.Index(fields=["initials"], name="region_initials"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep path and pinyin true, below this division too."""
        before = self.path
        self.prepare()
        super().save(*args, **kwargs)
        if before and before != self.path:
            for child in self.children.select_related("parent"):
                child.save()

    def clean(self) -> None:
        """No division lies below itself: paths would never end."""
        super().clean()
        if self.parent is not None and self.path and self.holds(self.parent):
            raise ValidationError({"parent": _("上级不能是本区划自己，也不能是它的下级。")})

    def prepare(self) -> None:
        """Fill what follows from name and parent: path, pinyin and initials."""
        spelled = pinyin_of(self.name)
        self.pinyin, self.initials = spelled.full, spelled.initials
        self.path = f"{self.parent.path if self.parent else ''}{self.code}/"

    def holds(self, other: Region) -> bool:
        """Whether ``other`` is this division or lies below it."""
        return other.path.startswith(self.path)

    @property
    def ancestor_codes(self) -> list[str]:
        """Codes from the nation down to this division."""
        return self.path.strip("/").split("/")

    def trail(self) -> Iterable[Region]:
        """The divisions from the top down to this one."""
        return Region.objects.filter(code__in=self.ancestor_codes).order_by("level")


class Node(models.Model):
    """A node of the network (节点): the division for which one site of this installation publishes.

    A national, a provincial and a city node may share one installation, each with a host name of
    its own, or run alone. A site without a node publishes for everything.
    """

    site = models.OneToOneField(
        "wagtailcore.Site", verbose_name=_("站点"), on_delete=models.CASCADE, related_name="node"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("行政区划"), on_delete=models.PROTECT, related_name="nodes"
    )

    class Meta:
        verbose_name = _("节点")
        verbose_name_plural = _("节点")

    def __str__(self) -> str:
        return f"{self.region} ({self.site.hostname})"
