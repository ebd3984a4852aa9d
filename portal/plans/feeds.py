"""``/plans/feed.atom``: what happened to notices, with the filters of the list (RFC 4287)."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe
from wagtail.models import Site

from portal.core.models import SiteIdentity
from portal.core.rate_limit import rate_limited
from portal.core.regions.nodes import node_region
from portal.core.site_address import site_address
from portal.plans.enums import EventKind, NoticeKind, PlanLevel, VersionState
from portal.plans.models import NoticeEvent, NoticeVersion
from portal.plans.notice_filter import NoticeFilter

ENTRIES = 60
FRESH_SECONDS = 300
TOLD = (
    EventKind.PUBLISHED,
    EventKind.REANNOUNCED,
    EventKind.EXTENDED,
    EventKind.WITHDRAWN,
)
GEORSS = "http://www.georss.org/georss"
AUTHORITY_SINCE = "2026"
"""Year in the feed's own tag URI (RFC 4151); those of entries name the day of the event."""


class NoticeAtom(Atom1Feed):
    """Atom 1.0 with the box of each notice as GeoRSS simple."""

    def root_attributes(self) -> dict[Any, Any]:
        """As its parent, with the prefix ``georss``."""
        attributes: dict[Any, Any] = super().root_attributes()
        return attributes | {"xmlns:georss": GEORSS}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """As its parent, and the box: south, west, north, east in degrees."""
        super().add_item_elements(handler, item)
        if item["box"]:
            west, south, east, north = item["box"]
            text = f"{south:.6f} {west:.6f} {north:.6f} {east:.6f}"
            handler.addQuickElement("georss:box", text)


@require_safe
@rate_limited("feed", "RATE_LIMIT_FEED")
def feed(request: HttpRequest) -> HttpResponseBase:
    """The feed of a choice of notices; readers that have it get 304."""
    wanted = NoticeFilter.from_query(request.GET)
    events = _events(request, wanted)
    base = site_address(Site.find_for_request(request))
    identity = SiteIdentity.load(request)
    state = [get_language(), base, wanted.as_query(), identity.name, identity.sponsor]
    state += [(event.pk, event.version.edit_number) for event in events]
    etag = f'"{hashlib.sha256(repr(state).encode()).hexdigest()[:32]}"'
    changed = max((event.at for event in events), default=None)
    response = get_conditional_response(
        request, etag, int(changed.timestamp()) if changed else None
    )
    if response is None:
        response = _answer(_document(wanted, events, base, identity))
    response["ETag"] = etag
    if changed:
        response["Last-Modified"] = http_date(changed.timestamp())
    response["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return response


def _events(request: HttpRequest, wanted: NoticeFilter) -> list[NoticeEvent]:
    """The latest events; of a version that was withdrawn since, its withdrawal alone."""
    versions = wanted.narrow(NoticeVersion.objects.public().within(node_region(request)))
    versions = wanted.with_status(versions, timezone.localdate())
    events = NoticeEvent.objects.filter(kind__in=TOLD, version__in=versions.order_by().values("pk"))
    gone = events.filter(version__state=VersionState.WITHDRAWN).exclude(kind=EventKind.WITHDRAWN)
    shown = events.exclude(pk__in=gone.values("pk")).select_related("version__notice__region")
    return list(shown.defer("version__body").order_by("-at", "-pk")[:ENTRIES])


def _document(
    wanted: NoticeFilter, events: list[NoticeEvent], base: str, identity: SiteIdentity
) -> NoticeAtom:
    host = urlsplit(base).hostname
    query = f"?{wanted.as_query()}" if wanted.as_query() else ""
    english = (get_language() or "").startswith("en")
    document = NoticeAtom(
        title=f"{_title(wanted)} - {identity.name}",
        link=f"{base}{reverse('plans:list')}{query}",
        description=None,
        subtitle=_("规划公示：发布、新版本、延长与撤回"),
        language="en" if english else "zh-Hans",
        author_name=identity.sponsor_name or identity.name,
        feed_url=f"{base}{reverse('plans:feed')}{query}",
        feed_guid=f"tag:{host},{AUTHORITY_SINCE}:plans/feed{query}",
    )
    for event in events:
        document.add_item(**_entry(event, base, str(host)))
    return document


def _title(wanted: NoticeFilter) -> str:
    parts: list[str] = [wanted.region.name] if wanted.region else []
    if wanted.kind:
        parts.append(str(NoticeKind(wanted.kind).label))
    if wanted.level:
        parts.append(str(PlanLevel(wanted.level).label))
    return " · ".join([_("公示公开"), *parts])


def _entry(event: NoticeEvent, base: str, host: str) -> dict[str, Any]:
    version = event.version
    notice, label = version.notice, EventKind(event.kind).label
    url = version.get_absolute_url()
    if event.kind == EventKind.REANNOUNCED:
        url = reverse("plans:changes", args=[notice.code, version.number])
    withdrawn = event.kind == EventKind.WITHDRAWN
    day = timezone.localdate(event.at).isoformat()
    return {
        "title": _("%(what)s：%(title)s")
        % {"what": label, "title": notice.code if withdrawn else version.display_title},
        "link": base + url,
        "description": _summary(event),
        "unique_id": f"tag:{host},{day}:notice/{notice.code}/v/{version.number}/{event.pk}",
        "pubdate": version.publish_at,
        "updateddate": event.at,
        "author_name": None if withdrawn else version.source or None,
        "categories": [
            str(notice.get_kind_display()),
            notice.region.name,
            *([str(notice.get_plan_level_display())] if notice.plan_level else []),
        ],
        "box": None if withdrawn else version.bounds,
    }


def _summary(event: NoticeEvent) -> str:
    """Plain text: what happened, why, until when."""
    version = event.version
    parts = [] if event.kind == EventKind.WITHDRAWN else [version.display_summary]
    if event.reason:
        parts.append(event.reason)
    if event.closes_on and event.kind != EventKind.WITHDRAWN:
        days = {"opens": version.opens_on, "closes": event.closes_on}
        parts.append(_("公示时间：%(opens)s 至 %(closes)s") % days)
    return "\n".join(parts)


def _answer(document: NoticeAtom) -> HttpResponse:
    response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
    document.write(response, "utf-8")
    return response
