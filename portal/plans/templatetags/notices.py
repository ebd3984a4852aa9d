"""Notices for pages of other apps, and their structured data."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal.core.models import SiteIdentity
from portal.core.regions.nodes import node_region
from portal.plans.models import NoticeVersion
from portal.plans.models.version_queries import VersionQuerySet
from portal.plans.structured_data import notice_json_ld

register = template.Library()

# As in Django's json_script: nothing in the data can end the script element.
SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def _standing(context: dict[str, Any]) -> VersionQuerySet:
    request = context.get("request")
    versions = NoticeVersion.objects.standing().within(node_region(request) if request else None)
    return versions.select_related("notice__region").defer("body", "footprint")


@register.simple_tag(takes_context=True)
def notices_ending_soonest(context: dict[str, Any], count: int) -> list[NoticeVersion]:
    """At most ``count`` notices open today, the next to end first."""
    return list(_standing(context).open_on(timezone.localdate()).ending_soonest()[:count])


@register.simple_tag(takes_context=True)
def newest_notices(context: dict[str, Any], count: int) -> list[NoticeVersion]:
    """At most ``count`` notices, the latest first."""
    return list(_standing(context).newest_first()[:count])


@register.simple_tag
def notice_index_url() -> str:
    """The address of the list of notices."""
    return reverse("plans:list")


@register.simple_tag(takes_context=True)
def notice_structured_data(context: dict[str, Any], version: NoticeVersion) -> SafeString:
    """The JSON-LD block of a notice."""
    request = context["request"]
    identity = SiteIdentity.load(request_or_site=request)
    document = notice_json_ld(version, identity, request.build_absolute_uri())
    text = json.dumps(document, ensure_ascii=False).translate(SCRIPT_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308
