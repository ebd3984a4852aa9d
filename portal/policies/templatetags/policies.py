"""Links from the map and from notices to what the law says, and structured data."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal.core.regions.models import Region
from portal.core.regions.nodes import node_region
from portal.policies import topics
from portal.policies.enums import Validity
from portal.policies.models import Edition
from portal.policies.structured_data import legislation_json_ld

register = template.Library()

# As in Django's json_script: nothing in the data can end the script element.
SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
_STATES = {
    Validity.IN_FORCE: "open",
    Validity.NOT_YET: "upcoming",
    Validity.ENDED: "closed",
    Validity.UNKNOWN: "unknown",
}


@register.simple_tag(takes_context=True)
def landuse_topic_url(context: dict[str, Any], code: str) -> str:
    """Where it stands what the law says about a land-use class, empty where nothing does."""
    return topics.landuse_topic_url(code, _node(context))


@register.simple_tag(takes_context=True)
def notice_topic_url(context: dict[str, Any], kind: str) -> str:
    """Where it stands what the law says about a kind of notice, empty where nothing does."""
    return topics.notice_topic_url(kind, _node(context))


def _node(context: dict[str, Any]) -> Region | None:
    request = context.get("request")
    return node_region(request) if request else None


@register.filter
def state_class(validity: Validity) -> str:
    """The modifier of the ``state`` component for a validity."""
    return _STATES[Validity(validity)]


@register.simple_tag(takes_context=True)
def legislation_data(context: dict[str, Any], edition: Edition, validity: Validity) -> SafeString:
    """The JSON-LD block of an edition."""
    url = context["request"].build_absolute_uri(edition.get_absolute_url())
    document = legislation_json_ld(edition, validity, url)
    text = json.dumps(document, ensure_ascii=False, default=str).translate(SCRIPT_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308
