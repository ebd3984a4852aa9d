"""Two editions side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core.rate_limit import rate_limited
from portal.policies.compare import Change, Pair, compare, counts
from portal.policies.models import Edition, Regulation
from portal.policies.page_meta import column


@dataclass
class Comparison:
    """Made when the template asks for it: the page keeps the result in the cache."""

    old: Edition
    new: Edition
    everything: bool

    @cached_property
    def all_pairs(self) -> list[Pair]:
        """Every article of both editions."""
        return compare(
            list(self.old.articles.order_by("position")),
            list(self.new.articles.order_by("position")),
        )

    @property
    def pairs(self) -> list[Pair]:
        """Those to show."""
        return [each for each in self.all_pairs if self.everything or each.change != Change.SAME]

    @property
    def counts(self) -> list[tuple[Any, int]]:
        """Name of each change and how many articles fell to it."""
        return [(change.label, number) for change, number in counts(self.all_pairs).items()]


def _two(regulation: Regulation, old: str, new: str) -> tuple[Edition, Edition]:
    by_slug = {each.slug: each for each in regulation.editions.all()}
    if old not in by_slug or new not in by_slug or old == new:
        raise Http404(old)
    first, second = sorted((by_slug[old], by_slug[new]), key=lambda each: each.position)
    first.regulation = second.regulation = regulation
    return first, second


@require_safe
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """``?from=&to=`` of the form on a regulation's page leads to the address of the comparison."""
    regulation = get_object_or_404(Regulation.objects.prefetch_related("editions"), slug=slug)
    old, new = _two(regulation, request.GET.get("from", ""), request.GET.get("to", ""))
    url = reverse("policies:comparison", args=(regulation.slug, old.slug, new.slug))
    return HttpResponseRedirect(url)


@require_safe
@rate_limited("comparison", "RATE_LIMIT_COMPARISON")
def comparison(request: HttpRequest, slug: str, old: str, new: str) -> HttpResponseBase:
    """What changed, article by article; with ``?all=1`` also what did not."""
    regulation = get_object_or_404(Regulation.objects.prefetch_related("editions"), slug=slug)
    before, after = _two(regulation, old, new)
    everything = request.GET.get("all") == "1"
    today = timezone.localdate()
    context = {
        "column": column(),
        "regulation": regulation,
        "old": before,
        "new": after,
        "old_validity": before.validity_on(today),
        "new_validity": after.validity_on(today),
        "comparison": Comparison(before, after, everything),
        "everything": everything,
    }
    return render(request, "pages/policies/comparison.html", context)
