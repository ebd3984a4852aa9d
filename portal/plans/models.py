"""Notices: what is planned, until when the public may speak, and where."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, Q, QuerySet
from django.forms import Select
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, PageManager, PageQuerySet

from portal.core.blocks import BodyBlock
from portal.core.fields import BodyField
from portal.core.map_link import Bounds, map_link
from portal.core.models import BasePage, in_english
from portal.plans.enums import NoticeKind, NoticeStatus
from portal.plans.notice_filter import NoticeFilter
from tiles.releases.models import Layer

PAGE_SIZE = 20
DRAFT_PLAN_DAYS = 30
"""城乡规划法 (Urban and Rural Planning Law), article 26: a draft is public for at least 30 days."""

EDGES = ("west", "south", "east", "north")


class LayerSelect(Select):
    """A choice of the layers that are published when the form is shown."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """Looks the layers up anew each time."""
        self.choices = [(layer.code, layer.title) for layer in Layer.objects.published()]
        return super().optgroups(name, value, attrs)


class NoticeQuerySet(PageQuerySet):
    """Reads over notices."""

    def open_on(self, day: datetime.date) -> NoticeQuerySet:
        """Notices whose public period includes ``day``."""
        notices: NoticeQuerySet = self.filter(opens_on__lte=day, closes_on__gte=day)
        return notices

    def upcoming_on(self, day: datetime.date) -> NoticeQuerySet:
        """Notices whose public period begins after ``day``."""
        notices: NoticeQuerySet = self.filter(opens_on__gt=day)
        return notices

    def closed_on(self, day: datetime.date) -> NoticeQuerySet:
        """Notices whose public period was over before ``day``."""
        notices: NoticeQuerySet = self.filter(closes_on__lt=day)
        return notices

    def ending_soonest(self) -> NoticeQuerySet:
        """The next to end first; those without an end last."""
        notices: NoticeQuerySet = self.order_by(
            F("closes_on").asc(nulls_last=True), "-published_on", "pk"
        )
        return notices

    def newest_first(self) -> NoticeQuerySet:
        """The latest publication first."""
        notices: NoticeQuerySet = self.order_by("-published_on", "-pk")
        return notices

    def matching(self, wanted: NoticeFilter, day: datetime.date) -> NoticeQuerySet:
        """Notices of the kind and status that a reader asked for."""
        notices: NoticeQuerySet = self.filter(kind=wanted.kind) if wanted.kind else self
        if wanted.status == NoticeStatus.OPEN:
            return notices.open_on(day).ending_soonest()
        if wanted.status == NoticeStatus.UPCOMING:
            return notices.upcoming_on(day).newest_first()
        if wanted.status == NoticeStatus.CLOSED:
            return notices.closed_on(day).newest_first()
        if wanted.status == NoticeStatus.STANDING:
            notices = notices.filter(closes_on=None)
        return notices.newest_first()


class NoticeIndexPage(BasePage):
    """All notices, filtered by kind and status (公示公开)."""

    introduction = models.CharField(_("引言"), max_length=200, blank=True)

    template = "pages/plans/notice_index_page.html"
    parent_page_types: ClassVar[list[str]] = ["core.HomePage"]
    subpage_types: ClassVar[list[str]] = ["plans.NoticePage"]
    show_in_menus_default = True
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("introduction"),
    ]

    class Meta:
        verbose_name = _("公示栏目")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the filter and the page of notices that it lets through."""
        context = super().get_context(request, *args, **kwargs)
        wanted = NoticeFilter.from_query(request.GET)
        notices = NoticePage.objects.child_of(self).live().matching(wanted, timezone.localdate())
        context["filter"] = wanted
        context["notices"] = Paginator(notices, PAGE_SIZE).get_page(request.GET.get("page"))
        return context


class NoticePage(BasePage):
    """One notice (公示): facts first, then the text, the place and the linked layers."""

    kind = models.CharField(_("类型"), max_length=20, choices=NoticeKind.choices)
    reference = models.CharField(_("公示编号"), max_length=60, blank=True)
    summary = models.CharField(_("摘要"), max_length=300)
    summary_en = models.CharField(_("英文摘要"), max_length=500, blank=True)
    body = BodyField(BodyBlock(), verbose_name=_("正文"), blank=True)
    published_on = models.DateField(_("发布日期"), default=timezone.localdate)
    opens_on = models.DateField(_("公示开始"), null=True, blank=True)
    closes_on = models.DateField(_("公示结束（含当日）"), null=True, blank=True)
    place = models.CharField(_("位置说明"), max_length=200, blank=True)
    west = models.FloatField(_("西经界（度）"), null=True, blank=True)
    south = models.FloatField(_("南纬界（度）"), null=True, blank=True)
    east = models.FloatField(_("东经界（度）"), null=True, blank=True)
    north = models.FloatField(_("北纬界（度）"), null=True, blank=True)
    contact_office = models.CharField(_("联系单位"), max_length=120, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=60, blank=True)
    contact_address = models.CharField(_("联系地址"), max_length=200, blank=True)
    contact_email = models.EmailField(_("电子邮箱"), blank=True)
    source = models.CharField(_("信息来源"), max_length=120, blank=True)

    objects = PageManager.from_queryset(NoticeQuerySet)()

    template = "pages/plans/notice_page.html"
    parent_page_types: ClassVar[list[str]] = ["plans.NoticeIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("title_en"),
        MultiFieldPanel(
            [
                FieldPanel("kind"),
                FieldPanel("reference"),
                FieldPanel("published_on"),
                FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")]),
                FieldPanel("source"),
            ],
            heading=_("要点"),
        ),
        FieldPanel("summary"),
        FieldPanel("summary_en"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("place"), FieldRowPanel([FieldPanel(edge) for edge in EDGES])],
            heading=_("位置"),
            help_text=_("经纬度（度，CGCS2000）。一个点：西与东相同，南与北相同。"),
        ),
        InlinePanel("layer_links", label=_("相关图层")),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("contact_office", "contact_phone", "contact_address", "contact_email")
            ],
            heading=_("联系方式"),
        ),
    ]

    class Meta:
        verbose_name = _("公示")
        constraints = [
            # A period that ends before it begins can never be open.
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
                name="notice_period_in_order",
            ),
            # Half a footprint would put the map somewhere else.
            models.CheckConstraint(
                condition=Q(west=None, south=None, east=None, north=None)
                | Q(
                    west__gte=-180,
                    east__lte=180,
                    south__gte=-90,
                    north__lte=90,
                    west__lte=F("east"),
                    south__lte=F("north"),
                ),
                name="notice_footprint_whole",
            ),
        ]

    @property
    def display_summary(self) -> str:
        """The summary in the reader's language."""
        return self.summary_en if in_english() and self.summary_en else self.summary

    @property
    def column_page(self) -> Page:
        """The list of notices is the column of its notices."""
        return self.get_parent().specific

    @property
    def footprint(self) -> Bounds | None:
        """``(west, south, east, north)`` in degrees, or None where no place was given."""
        edges = [
            edge for edge in (self.west, self.south, self.east, self.north) if edge is not None
        ]
        if len(edges) < len(EDGES):
            return None
        west, south, east, north = edges
        return (west, south, east, north)

    def status_on(self, day: datetime.date) -> NoticeStatus:
        """Where the public period stands on ``day``."""
        if self.opens_on and day < self.opens_on:
            return NoticeStatus.UPCOMING
        if self.closes_on is None:
            return NoticeStatus.STANDING
        return NoticeStatus.OPEN if day <= self.closes_on else NoticeStatus.CLOSED

    @property
    def status(self) -> NoticeStatus:
        """Where the public period stands today."""
        return self.status_on(timezone.localdate())

    @property
    def days_left(self) -> int | None:
        """Days after today until the last day of the period; 0 on the last day itself."""
        if self.closes_on is None or self.status != NoticeStatus.OPEN:
            return None
        return (self.closes_on - timezone.localdate()).days

    def linked_layers(self) -> QuerySet[Layer]:
        """The published layers that this notice points to, bottom of the map first."""
        codes = [link.layer_code for link in self.layer_links.all()]
        return Layer.objects.published().filter(code__in=codes)

    def clean(self) -> None:
        """The period is in order and long enough, the footprint whole."""
        super().clean()
        if self.opens_on and self.closes_on:
            self._clean_period((self.closes_on - self.opens_on).days + 1)
        edges = [getattr(self, edge) for edge in EDGES]
        given = [edge for edge in edges if edge is not None]
        if given and len(given) < len(EDGES):
            raise ValidationError({"west": _("请填写全部四个经纬度界限，或全部留空。")})

    def _clean_period(self, days: int) -> None:
        """``days``: length of the public period, both ends included."""
        if days < 1:
            raise ValidationError({"closes_on": _("公示结束日期不能早于开始日期。")})
        if self.kind == NoticeKind.DRAFT_PLAN and days < DRAFT_PLAN_DAYS:
            raise ValidationError(
                {"closes_on": _("《城乡规划法》第二十六条：规划草案公告的时间不得少于三十日。")}
            )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the linked layers and the addresses of the map at this place."""
        context = super().get_context(request, *args, **kwargs)
        layers = list(self.linked_layers())
        context["layers"] = layers
        if self.footprint:
            context["map_url"] = map_link(self.footprint, [layer.code for layer in layers])
        return context


class NoticeLayer(Orderable):
    """A layer that a notice is about (公示相关图层)."""

    notice = ParentalKey(NoticePage, on_delete=models.CASCADE, related_name="layer_links")
    layer_code = models.SlugField(_("图层"), max_length=40)

    panels: ClassVar[list[Any]] = [FieldPanel("layer_code", widget=LayerSelect)]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["notice", "layer_code"], name="notice_layer_once")
        ]

    def __str__(self) -> str:
        return self.layer_code

    def clean(self) -> None:
        """The layer exists."""
        super().clean()
        if not Layer.objects.filter(code=self.layer_code).exists():
            raise ValidationError({"layer_code": _("没有这个图层。")})
