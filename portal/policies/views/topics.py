"""What the law says about a land-use class or a kind of notice."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core.models import in_english
from portal.core.regions.nodes import node_region
from portal.plans.enums import NoticeKind
from portal.policies.explained import Cited, cited_articles
from portal.policies.models import PolicyTopicLink
from portal.policies.models.topic_link import TopicLinkQuerySet
from portal.policies.page_meta import column
from portal.policies.topics import topic_list
from tiles.desensitise.landuse_codes import LANDUSE, explain, landuse_class


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """Every topic that has an answer here."""
    landuse, notices = topic_list(node_region(request))
    context = {"column": column(), "landuse": landuse, "notices": notices}
    return render(request, "pages/policies/topics.html", context)


@require_safe
def landuse_topic(request: HttpRequest, code: str) -> HttpResponse:
    """The articles about a land-use class; those of the classes above it hold as well."""
    found = landuse_class(code)
    if found is None:
        raise Http404(code)
    above = [LANDUSE[found.code[:length]] for length in (2, 4, 6) if length <= len(found.code)]
    context = {
        "column": column(),
        "title": found.name_en if in_english() and found.name_en else found.name,
        "landuse": found,
        "above": [each for each in above if each.code != found.code],
        "explanation": explain(found.code)[1 if in_english() else 0],
        "cited": _cited(request, PolicyTopicLink.objects.for_landuse(found.code)),
    }
    return render(request, "pages/policies/topic.html", context)


@require_safe
def notice_topic(request: HttpRequest, kind: str) -> HttpResponse:
    """The articles about a kind of notice."""
    if kind not in NoticeKind.values:
        raise Http404(kind)
    context = {
        "column": column(),
        "title": NoticeKind(kind).label,
        "cited": _cited(request, PolicyTopicLink.objects.for_notice(kind)),
    }
    return render(request, "pages/policies/topic.html", context)


def _cited(request: HttpRequest, links: TopicLinkQuerySet) -> list[Cited]:
    seen = links.seen_from(node_region(request))
    return cited_articles(seen.select_related("regulation__region"))
