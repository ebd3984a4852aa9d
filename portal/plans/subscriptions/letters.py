"""The text of each mail, written at the moment it is sent: never of something withdrawn since."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from portal.core.models import SiteIdentity
from portal.core.site_address import site_address
from portal.plans.models import NoticeVersion
from portal.plans.subscriptions import address
from portal.plans.subscriptions.enums import News, Purpose
from portal.plans.subscriptions.models import Announcement, Delivery, Mail
from portal.plans.subscriptions.tokens import confirm_token

LONGEST_TITLE = 60


class NothingToTell(Exception):
    """Whatever the mail was to tell has been withdrawn since (没有可通知的内容)."""


@dataclass(frozen=True)
class Item:
    """One thing that a mail tells."""

    kind: News
    version: NoticeVersion
    url: str
    changes_url: str = ""
    reason: str = ""


def letter(mail: Mail) -> EmailMultiAlternatives:
    """The mail, in the reader's language. Raises ``NothingToTell``, ``SealedWithAnotherKey``."""
    to = address.unseal(mail.subscriber.address_sealed)
    if mail.purpose == Purpose.CONFIRM and mail.subscription is not None:
        with translation.override(mail.subscription.language):
            return _confirmation(mail, to)
    with translation.override(mail.subscriber.language):
        return _news(mail, to)


def _confirmation(mail: Mail, to: str) -> EmailMultiAlternatives:
    assert mail.subscription is not None  # noqa: S101 - the database holds it
    site = mail.subscription.site
    path = reverse("plans:subscriptions:confirm", args=[confirm_token(mail.subscription.key)])
    subject = _("请确认您的公示订阅")
    context = {"confirm_url": site_address(site) + path, "facts": mail.subscription.facts}
    return _compose(mail, to, site, subject=subject, template="confirm", context=context)


def _news(mail: Mail, to: str) -> EmailMultiAlternatives:
    rows = mail.deliveries.select_related(
        "announcement__event", "announcement__version__notice__region", "subscription__site__node"
    )
    deliveries = list(rows.order_by("announcement__moment", "announcement"))
    items = _items(deliveries)
    if not items:
        raise NothingToTell
    site = deliveries[0].subscription.site
    if len(items) == 1:
        subject = _("%(what)s：%(title)s") % {
            "what": items[0].kind.label,
            "title": _name(items[0]),
        }
    else:
        subject = _("%(count)d 项公示通知：%(first)s 等") % {
            "count": len(items),
            "first": _name(items[0]),
        }
    return _compose(mail, to, site, subject=subject, template="news", context={"items": items})


def _name(item: Item) -> str:
    """What a subject calls a notice; a withdrawn one has its number only."""
    if item.version.is_withdrawn:
        code: str = item.version.notice.code
        return code
    title: str = item.version.display_title
    return title[:LONGEST_TITLE]


def _items(deliveries: list[Delivery]) -> list[Item]:
    """Each announcement once, without what was withdrawn since."""
    found: dict[int, Item] = {}
    for delivery in deliveries:
        announcement = delivery.announcement
        withdrawn = announcement.version.is_withdrawn
        if withdrawn and announcement.kind != News.WITHDRAWN:
            continue
        base = site_address(delivery.subscription.site)
        found.setdefault(announcement.pk, _item(announcement, base))
    return list(found.values())


def _item(announcement: Announcement, base: str) -> Item:
    version, kind = announcement.version, News(announcement.kind)
    changes = ""
    if kind == News.CHANGED:
        path = reverse("plans:changes", args=[version.notice.code, version.number])
        changes = base + path
    reason = announcement.event.reason if announcement.event else ""
    return Item(kind, version, base + version.get_absolute_url(), changes, reason)


def _compose(
    mail: Mail,
    to: str,
    site: Site | None,
    *,
    subject: str,
    template: str,
    context: dict[str, Any],
) -> EmailMultiAlternatives:
    base, identity = site_address(site), SiteIdentity.load(site)
    token = mail.subscriber.token
    stop_url = base + reverse("plans:subscriptions:stop", args=[token])
    context = context | {
        "identity": identity,
        "language": translation.get_language(),
        "stop_url": stop_url,
        "manage_url": base + reverse("plans:subscriptions:manage", args=[token]),
        "today": timezone.localdate(),
    }
    subject = " ".join(f"{subject} - {identity.name}".split())
    text = render_to_string(f"mail/subscriptions/{template}.txt", context)
    message = EmailMultiAlternatives(subject, text, to=[to], headers=_headers(mail, base, stop_url))
    html = render_to_string(f"mail/subscriptions/{template}.html", context | {"subject": subject})
    message.attach_alternative(html, "text/html")
    return message


def _headers(mail: Mail, base: str, stop_url: str) -> dict[str, str]:
    """RFC 8058 (one-click stop), RFC 2919 (list), RFC 3834 (no automatic answers, please).

    Number and date stay the same when a mail is tried again: should a server have taken it before
    the worker was killed, the reader's mail program knows it for the same one.
    """
    host = urlsplit(base).hostname or "localhost"
    number = f"{mail.subscriber.key[:8]}.{mail.pk}"
    headers = {
        "Message-ID": f"<notices.{number}@{host}>",
        "Date": format_datetime(timezone.localtime(mail.created_at)),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if mail.purpose == Purpose.NEWS:
        headers |= {
            "List-Id": f"<notices.{host}>",
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers
