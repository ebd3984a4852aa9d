"""A regulation, one of its editions, one of its articles."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.regions.models import Region
from portal.core.regions.nodes import node_region
from portal.policies.enums import Validity
from portal.policies.explained import explained_counts, explaining_article, explaining_regulation
from portal.policies.linking import Linker
from portal.policies.models import Article, Edition, Regulation
from portal.policies.page_meta import article_facts, column
from portal.policies.rendering import Explained, full_text, later_note, unit_body


def _regulation(slug: str) -> Regulation:
    rows = Regulation.objects.select_related("region").prefetch_related("editions__sources")
    return get_object_or_404(rows, slug=slug)


def _edition(regulation: Regulation, slug: str) -> Edition:
    for edition in regulation.editions.all():
        if edition.slug == slug:
            edition.regulation = regulation
            return edition
    raise Http404(slug)


def read_day(text: str) -> datetime.date | None:
    """The day of ``?day=``; None where it is missing or no day at all."""
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


@require_safe
def regulation_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The edition that is in force on ``?day=``, else today; the last one where none is."""
    regulation = _regulation(slug)
    given = request.GET.get("day", "")
    day = read_day(given)
    edition = regulation.edition_to_show(day or timezone.localdate())
    if edition is None:
        raise Http404(slug)
    edition.regulation = regulation
    return _text(request, edition, day, bad_day=bool(given and day is None))


@require_safe
def edition_page(request: HttpRequest, slug: str, edition: str) -> HttpResponse:
    """One edition, whether in force or not."""
    return _text(request, _edition(_regulation(slug), edition), None)


def _text(
    request: HttpRequest, edition: Edition, day: datetime.date | None, *, bad_day: bool = False
) -> HttpResponse:
    regulation, today, node = edition.regulation, timezone.localdate(), node_region(request)
    editions = list(regulation.editions.all())
    parts = list(edition.parts.all())
    context = {
        "column": column(),
        "article": article_facts(edition),
        "regulation": regulation,
        "edition": edition,
        "validity": edition.validity_on(day or today),
        "in_force": regulation.edition_on(day or today, editions),
        "day": day,
        "bad_day": bad_day,
        "today": today,
        "timeline": [(each, each.validity_on(today)) for each in reversed(editions)],
        "parts": parts,
        "text": full_text(edition, parts, _explained(edition, node)),
        "explanations": explaining_regulation(regulation, node),
        "canonical": edition.get_absolute_url(),
    }
    return render(request, "pages/policies/regulation.html", context)


def _is_shown(edition: Edition) -> bool:
    """Whether citations mean this edition: 第七条 of an older one may be another article."""
    return edition.regulation.edition_to_show(timezone.localdate()) == edition


def _explained(edition: Edition, node: Region | None) -> Explained:
    return explained_counts(edition.regulation, node) if _is_shown(edition) else Explained({})


@require_safe
def article_page(request: HttpRequest, slug: str, edition: str, anchor: str) -> HttpResponse:
    """One article: its text, what explains it, the same article in other editions."""
    shown = _edition(_regulation(slug), edition)
    regulation, today = shown.regulation, timezone.localdate()
    units = list(shown.articles.order_by("position").values_list("anchor", flat=True))
    if anchor not in units:
        raise Http404(anchor)
    article = shown.articles.select_related("part").get(anchor=anchor)
    article.edition = shown
    place = units.index(anchor)
    linker = Linker(shown, units, own_url=shown.get_absolute_url())
    linker.prepare([article])
    context = {
        "column": column(),
        "article": article_facts(shown, article.label),
        "regulation": regulation,
        "edition": shown,
        "unit": article,
        "body": unit_body(article, linker) + later_note(linker),
        "validity": shown.validity_on(today),
        "in_force": regulation.edition_on(today),
        "before": _neighbour(shown, units[place - 1]) if place else None,
        "after": _neighbour(shown, units[place + 1]) if place + 1 < len(units) else None,
        "elsewhere": _elsewhere(article),
        "explanations": (
            explaining_article(regulation, anchor, node_region(request))
            if _is_shown(shown)
            else None
        ),
    }
    return render(request, "pages/policies/article.html", context)


def _neighbour(edition: Edition, anchor: str) -> dict[str, str]:
    url = reverse("policies:article", args=(edition.regulation.slug, edition.slug, anchor))
    found = edition.articles.only("label", "kind").get(anchor=anchor)
    return {"url": url, "label": found.label or _("相邻段落")}


def _elsewhere(article: Article) -> list[tuple[Edition, str, Validity]]:
    """The article of this number in the other editions, the newest first."""
    today, regulation = timezone.localdate(), article.edition.regulation
    others = {each.pk: each for each in regulation.editions.all() if each.pk != article.edition_id}
    having = set(
        Article.objects.filter(edition__in=others, anchor=article.anchor, kind=article.kind)
        .exclude(label="")
        .values_list("edition", flat=True)
    )
    return [
        (
            each,
            reverse("policies:article", args=(regulation.slug, each.slug, article.anchor)),
            each.validity_on(today),
        )
        for each in reversed(others.values())
        if each.pk in having
    ]
