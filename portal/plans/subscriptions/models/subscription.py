"""Subscribers and what they subscribed to."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterator

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from portal.core.regions.models import Region
from portal.plans.enums import NoticeKind, PlanLevel
from portal.plans.models import Notice, NoticeVersion
from portal.plans.subscriptions import address
from portal.plans.subscriptions.area import Area
from portal.plans.subscriptions.tokens import CONFIRM_WITHIN, manage_token

MOST_SUBSCRIPTIONS = 20
"""Of one address."""


def new_key() -> str:
    """128 random bits: nobody guesses a link."""
    return secrets.token_hex(16)


class SubscriberQuerySet(QuerySet["Subscriber"]):
    """Reads over subscribers."""

    def with_address(self, text: str) -> SubscriberQuerySet:
        """The subscriber of an address, if there is one."""
        return self.filter(address_digest=address.digest(text))

    def without_subscription(self) -> SubscriberQuerySet:
        """Those of whom nothing is left but the address."""
        return self.filter(~Exists(Subscription.objects.filter(subscriber=OuterRef("pk"))))


class Subscriber(models.Model):
    """A subscriber (订阅人): an address, encrypted, and nothing else about the person.

    Deleting the row deletes everything that is known of the address.
    """

    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    address_digest = models.CharField(max_length=64, unique=True, editable=False)
    address_sealed = models.TextField(editable=False)
    language = models.CharField(_("语言"), max_length=10)
    created_at = models.DateTimeField(default=timezone.now)
    # Mails refused for good one after the other: an address that does not exist is not kept.
    refusals = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("订阅人")
        verbose_name_plural = _("订阅人")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def token(self) -> str:
        """The text of the links to manage and to stop."""
        return manage_token(self.key)

    @property
    def masked_address(self) -> str:
        """Enough of the address to know one's own; a link that was passed on does not give it away."""
        try:
            local, _at, domain = address.unseal(self.address_sealed).rpartition("@")
        except address.SealedWithAnotherKey:
            return "…"
        return f"{local[0]}…@{domain}"


class SubscriptionQuerySet(QuerySet["Subscription"]):
    """Reads over subscriptions."""

    def confirmed(self) -> SubscriptionQuerySet:
        """Those that mail is sent for."""
        return self.exclude(confirmed_at=None)

    def lapsed_at(self, moment: datetime.datetime) -> SubscriptionQuerySet:
        """Requests that were not confirmed in time."""
        return self.filter(confirmed_at=None, created_at__lt=moment - CONFIRM_WITHIN)


class Subscription(models.Model):
    """A subscription (订阅): which notices an address wants to hear of. Empty parts mean all.

    ``notice`` follows one notice through its procedure. ``kinds`` holds ``,kind,kind,``. The area
    is a box in degrees, with ``radius`` (metres) the circle within it.
    """

    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="subscriptions"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("站点"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(_("语言"), max_length=10)
    notice = models.ForeignKey(Notice, null=True, on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    kinds = models.CharField(_("类型"), max_length=300, blank=True)
    level = models.CharField(_("规划类别"), max_length=10, choices=PlanLevel.choices, blank=True)
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    radius = models.PositiveIntegerField(null=True)
    with_ending = models.BooleanField(_("截止前三天提醒"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    # The very words that were agreed to (个人信息保护法第十四条、第十七条).
    consent = models.CharField(_("同意的内容"), max_length=400)
    # Of the form's random number: a form that is sent twice is one subscription.
    submission = models.CharField(max_length=64, unique=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("公示订阅")
        verbose_name_plural = _("公示订阅")
        default_permissions = ()
        constraints = [
            # Half a box would match by chance.
            models.CheckConstraint(
                condition=Q(west=None, south=None, east=None, north=None, radius=None)
                | Q(
                    west__isnull=False, south__isnull=False, east__isnull=False, north__isnull=False
                ),
                name="subscription_area_whole",
            ),
        ]
        indexes = [models.Index(fields=["confirmed_at"], name="subscription_confirmed")]

    def __str__(self) -> str:
        return self.key[:8]

    @property
    def area(self) -> Area | None:
        """The piece of land, or None for everywhere."""
        if self.west is None or self.south is None or self.east is None or self.north is None:
            return None
        return Area((self.west, self.south, self.east, self.north), self.radius)

    @area.setter
    def area(self, area: Area | None) -> None:
        self.west, self.south, self.east, self.north = area.bounds if area else (None,) * 4
        self.radius = area.radius if area else None

    @property
    def kind_list(self) -> list[str]:
        """The kinds that were chosen; empty means all."""
        return [kind for kind in self.kinds.split(",") if kind]

    @kind_list.setter
    def kind_list(self, kinds: list[str]) -> None:
        self.kinds = f",{','.join(kinds)}," if kinds else ""

    @property
    def facts(self) -> list[dict[str, str]]:
        """What is subscribed to, as term and value in the reader's language."""
        return [{"term": str(term), "value": value} for term, value in self._facts()]

    def _facts(self) -> Iterator[tuple[str, str]]:
        if self.notice:
            yield _now("公示"), f"{self._notice_title()}（{self.notice.code}）"
        else:
            yield _now("地区"), self.region.name if self.region else _now("全部")
            kinds = [str(NoticeKind(kind).label) for kind in self.kind_list]
            yield _now("类型"), _now("、").join(kinds) or _now("全部")
            if self.level:
                yield _now("规划类别"), self.get_level_display()
            if self.area:
                yield _now("范围"), str(self.area)
        yield _now("截止前三天提醒"), _now("是") if self.with_ending else _now("否")

    def _notice_title(self) -> str:
        standing = NoticeVersion.objects.standing().filter(notice=self.notice_id)
        newest = standing.defer("body").first()
        return newest.display_title if newest else ""
