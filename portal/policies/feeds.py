"""Atom feed of new editions (订阅)."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from portal.core.days import midnight
from portal.core.regions.models import Region
from portal.core.regions.nodes import node_region
from portal.policies.models import Edition

NEWEST = 30
_CONTROLS = re.compile(r"[\x00-\x1f\ufffe\uffff]")


class PolicyFeed(Feed[Edition, Region | None]):
    """The editions that were promulgated last, of what holds where the site publishes."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Region | None:
        """The node's division."""
        return node_region(request)

    def title(self) -> str:
        return _("政策法规更新")

    def link(self) -> str:
        return reverse("policies:library")

    def subtitle(self) -> str:
        return _("新公布和新修改的法律、法规、规章与规范性文件。")

    def items(self, node: Region | None) -> QuerySet[Edition]:
        rows = Edition.objects.seen_from(node).exclude(promulgated_on=None)
        rows = rows.select_related("regulation")
        return rows.order_by("-promulgated_on", "-pk")[:NEWEST]

    def item_title(self, item: Edition) -> str:
        return _printable(item.regulation.title)

    def item_description(self, item: Edition) -> str:
        state = item.validity_on(timezone.localdate()).label
        kind, issuer = item.regulation.get_kind_display(), item.regulation.issuer
        return _printable(f"{kind} · {issuer} · {state}")

    def item_pubdate(self, item: Edition) -> datetime.datetime:
        day = item.promulgated_on or timezone.localdate()
        return midnight(day)

    def item_updateddate(self, item: Edition) -> datetime.datetime:
        return item.updated_at

    def item_guid(self, item: Edition) -> str:
        return item.get_absolute_url()

    item_guid_is_permalink: Any = False


def _printable(text: str) -> str:
    """Without signs that XML cannot carry: one title of old must not take the feed away."""
    return _CONTROLS.sub("", text)
