"""Interpretations and questions."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.page_facts import ArticleFacts
from portal.core.regions.nodes import node_region
from portal.policies.explained import cited_articles
from portal.policies.models import Interpretation, Question
from portal.policies.page_meta import column

PAGE_SIZE = 20


@require_safe
def interpretations(request: HttpRequest) -> HttpResponse:
    """All interpretations, the latest first."""
    return _list(request, _("政策解读"), Interpretation)


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """All questions, the latest first."""
    return _list(request, _("常见问题"), Question)


def _list(
    request: HttpRequest, title: str, model: type[Interpretation] | type[Question]
) -> HttpResponse:
    seen = model.objects.seen_from(node_region(request))
    rows = Paginator(seen, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"column": column(), "title": title, "rows": rows}
    return render(request, "pages/policies/explanations.html", context)


@require_safe
def interpretation(request: HttpRequest, pk: int) -> HttpResponse:
    """One interpretation with the articles that it explains."""
    found = get_object_or_404(Interpretation, pk=pk)
    return _page(request, found, _("政策解读"), "policies:interpretations")


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question, its answer and what the answer rests on."""
    return _page(request, get_object_or_404(Question, pk=pk), _("常见问题"), "policies:questions")


def _page(
    request: HttpRequest, found: Interpretation | Question, label: str, index: str
) -> HttpResponse:
    context = {
        "column": column(),
        "article": ArticleFacts(found.display_title, found.published_on, found.source),
        "explanation": found,
        "label": label,
        "index": index,
        "is_question": isinstance(found, Question),
        "cited": cited_articles(found.citations.select_related("regulation__region")),
    }
    return render(request, "pages/policies/explanation.html", context)
