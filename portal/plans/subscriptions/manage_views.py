"""Pages behind the links in every mail: see, change and stop, by token alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.core.regions.nodes import node_region
from portal.core.same_origin import same_origin_form
from portal.plans.reading import open_by_region
from portal.plans.subscriptions.forms import LANGUAGES, ChoiceForm, initial_of_choice
from portal.plans.subscriptions.models import Subscriber, Subscription
from portal.plans.subscriptions.subscribe import apply, remove, stop
from portal.plans.subscriptions.tokens import read_manage_token
from portal.plans.subscriptions.views import column


def _subscriber(token: str) -> Subscriber | None:
    key = read_manage_token(token)
    return Subscriber.objects.filter(key=key).first() if key else None


def _nobody(request: HttpRequest) -> HttpResponse:
    """A link that is not ours, or whose subscriptions were deleted: told alike."""
    context = {"column": column()}
    return render(request, "pages/plans/subscriptions/nobody.html", context, status=404)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_form
def manage(request: HttpRequest, token: str) -> HttpResponseBase:
    """All subscriptions of an address; a form sets the language, another removes one."""
    subscriber = _subscriber(token)
    if subscriber is None:
        return _nobody(request)
    if request.method == "POST":
        _change(request, subscriber)
        return redirect("plans:subscriptions:manage", token)
    rows = subscriber.subscriptions.confirmed().select_related("region", "notice")
    context = {
        "column": column(),
        "token": token,
        "subscriber": subscriber,
        "email": subscriber.masked_address,
        "subscriptions": rows.order_by("created_at"),
        "languages": LANGUAGES,
    }
    return render(request, "pages/plans/subscriptions/manage.html", context)


def _change(request: HttpRequest, subscriber: Subscriber) -> None:
    language = request.POST.get("language", "")
    if language in dict(LANGUAGES):
        subscriber.language = language
        subscriber.save(update_fields=["language"])
    if "remove" in request.POST:
        remove(subscriber, request.POST["remove"][:32])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_form
def change(request: HttpRequest, token: str, key: str) -> HttpResponseBase:
    """The filters of one subscription."""
    subscriber = _subscriber(token)
    if subscriber is None:
        return _nobody(request)
    rows = subscriber.subscriptions.confirmed().select_related("region", "notice")
    subscription = get_object_or_404(rows, key=key)
    form = ChoiceForm(
        request.POST if request.method == "POST" else None, initial=_initial(subscription)
    )
    if request.method == "POST" and form.is_valid():
        apply(subscription, form.choice)
        subscription.save()
        return redirect("plans:subscriptions:manage", token)
    context = {
        "column": column(),
        "token": token,
        "form": form,
        "followed": form.followed,
        "regions": open_by_region(node_region(request)),
    }
    status = 422 if form.errors else 200
    return render(request, "pages/plans/subscriptions/change.html", context, status=status)


def _initial(subscription: Subscription) -> dict[str, object]:
    return initial_of_choice(
        subscription.area,
        notice=subscription.notice.code if subscription.notice else "",
        region=subscription.region.code if subscription.region else "",
        kinds=subscription.kind_list,
        level=subscription.level,
        with_ending=subscription.with_ending,
    )


@never_cache
@csrf_exempt  # RFC 8058: mail programs post here by themselves; the signed token is the authority
@require_http_methods(["GET", "HEAD", "POST"])
def stop_page(request: HttpRequest, token: str) -> HttpResponseBase:
    """Stop everything and delete the address: one click, once or ten times."""
    key = read_manage_token(token)
    if key is None:
        return _nobody(request)
    if request.method == "POST":
        stop(key)
    stopped = not Subscriber.objects.filter(key=key).exists()
    context = {"column": column(), "token": token, "stopped": stopped}
    return render(request, "pages/plans/subscriptions/stop.html", context)
