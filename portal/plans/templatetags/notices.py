"""Notices for pages of other apps, and their structured data."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal.core.models import SiteIdentity
from portal.plans.models import NoticeIndexPage, NoticePage
from portal.plans.structured_data import notice_json_ld

register = template.Library()

# As in Django's json_script: nothing in the data can end the script element.
SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def notices_ending_soonest(count: int) -> list[NoticePage]:
    """At most ``count`` notices open today, the next to end first."""
    return list(NoticePage.objects.live().open_on(timezone.localdate()).ending_soonest()[:count])


@register.simple_tag
def newest_notices(count: int) -> list[NoticePage]:
    """At most ``count`` notices, the latest first."""
    return list(NoticePage.objects.live().newest_first()[:count])


@register.simple_tag(takes_context=True)
def notice_index_url(context: dict[str, Any]) -> str:
    """The address of the list of notices; empty where there is none."""
    index = NoticeIndexPage.objects.live().first()
    return (index.get_url(context.get("request")) or "") if index else ""


@register.simple_tag(takes_context=True)
def notice_structured_data(context: dict[str, Any], notice: NoticePage) -> SafeString:
    """The JSON-LD block of a notice."""
    request = context["request"]
    identity = SiteIdentity.load(request_or_site=request)
    document = notice_json_ld(notice, identity, request.build_absolute_uri())
    text = json.dumps(document, ensure_ascii=False).translate(SCRIPT_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308
