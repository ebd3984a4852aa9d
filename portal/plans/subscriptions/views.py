"""Pages on which people ask for mail about notices, and confirm it: no account, no cookie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.models import Site

from portal.core.page_facts import ColumnFacts
from portal.core.rate_limit import rate_limited
from portal.core.regions.nodes import node_region
from portal.core.same_origin import same_origin_form
from portal.feedback.form_token import FormToken
from portal.plans.reading import open_by_region
from portal.plans.subscriptions.enums import Form
from portal.plans.subscriptions.errors import TooManySubscriptions
from portal.plans.subscriptions.forms import SubscribeForm, initial_of
from portal.plans.subscriptions.models import Subscription
from portal.plans.subscriptions.subscribe import Request, ask, confirm
from portal.plans.subscriptions.tokens import read_confirm_token


def column() -> ColumnFacts:
    """Subscriptions as a column (栏目) of the site."""
    return ColumnFacts(_("订阅公示"), _("信息公开"), _("有新的公示时用邮件告诉您，随时可以停止。"))


def consent_text() -> str:
    """The words that people agree to, kept with their subscription."""
    return _(
        "我同意保存这个邮箱，只用于发送我所选的公示通知；加密保存，不作他用，不提供给他人。"
        "我可以随时用邮件中的链接停止，停止后立即全部删除。"
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_form
def subscribe(request: HttpRequest) -> HttpResponseBase:
    """``/plans/subscriptions/``: choose, give an address, agree."""
    if request.method == "POST":
        return _ask(request)
    initial = initial_of(request.GET) | {"token": FormToken.fresh(Form.SUBSCRIBE).signed()}
    return _form_page(request, SubscribeForm(initial=initial), 200)


@rate_limited("subscribe", "RATE_LIMIT_SUBSCRIBE")
def _ask(request: HttpRequest) -> HttpResponse:
    data = request.POST.copy()
    form = SubscribeForm(data)
    if not form.is_valid() or form.opened is None:
        data["token"] = form.next_token()
        return _form_page(request, form, 422)
    values = form.cleaned_data
    ask(
        Request(
            email=values["email"],
            language=values["language"],
            choice=form.choice,
            consent=consent_text(),
            submission=form.opened.submission,
            site=Site.find_for_request(request),
        )
    )
    context = {"column": column(), "email": values["email"]}
    return render(request, "pages/plans/subscriptions/asked.html", context)


def _form_page(request: HttpRequest, form: SubscribeForm, status: int) -> HttpResponse:
    context = {
        "column": column(),
        "form": form,
        "followed": form.followed,
        "consent_text": consent_text(),
        "regions": open_by_region(node_region(request)),
    }
    return render(request, "pages/plans/subscriptions/form.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_form
def confirm_page(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link of the mail. Only the button confirms: programs that look at links do not press it."""
    key = read_confirm_token(token)
    found = Subscription.objects.filter(key=key).select_related("subscriber", "region", "notice")
    subscription = found.first() if key else None
    if subscription is None:
        return render(
            request, "pages/plans/subscriptions/lapsed.html", {"column": column()}, status=404
        )
    context = {"column": column(), "subscription": subscription, "problem": ""}
    status = 200
    if request.method == "POST":
        try:
            context["subscription"] = confirm(subscription)
        except TooManySubscriptions as refusal:
            context["problem"], status = str(refusal), 409
    return render(request, "pages/plans/subscriptions/confirm.html", context, status=status)
