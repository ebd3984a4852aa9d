"""Two editions side by side."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.policies.compare import Change, compare, counts
from portal.policies.models import Edition, Regulation
from portal.policies.page_meta import PageMeta, column


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
def comparison(request: HttpRequest, slug: str, old: str, new: str) -> HttpResponse:
    """What changed, article by article; with ``?all=1`` also what did not."""
    regulation = get_object_or_404(Regulation.objects.prefetch_related("editions"), slug=slug)
    before, after = _two(regulation, old, new)
    pairs = compare(
        list(before.articles.order_by("position")), list(after.articles.order_by("position"))
    )
    everything = request.GET.get("all") == "1"
    today = timezone.localdate()
    context = {
        "column": column(),
        "page": PageMeta(regulation.display_title),
        "regulation": regulation,
        "old": before,
        "new": after,
        "old_validity": before.validity_on(today),
        "new_validity": after.validity_on(today),
        "counts": [(change.label, number) for change, number in counts(pairs).items()],
        "pairs": [pair for pair in pairs if everything or pair.change != Change.SAME],
        "everything": everything,
    }
    return render(request, "pages/policies/comparison.html", context)
