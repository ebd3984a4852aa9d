"""Pages of visitors: contact, errors found, and what became of a message."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.page_facts import ColumnFacts
from portal.core.rate_limit import rate_limited
from portal.core.regions.nodes import node_region
from portal.core.same_origin import same_origin_form
from portal.feedback.deadline import working_days_of
from portal.feedback.enums import Kind
from portal.feedback.form_token import FormToken
from portal.feedback.forms import FORMS, LookUpForm, MessageForm, page_of
from portal.feedback.look_up import look_up
from portal.feedback.receive import purpose_of_contact, receive


def column() -> ColumnFacts:
    """Contact as a column (栏目) of the site."""
    return ColumnFacts(
        _("联系我们"), _("互动交流"), _("给规划主管部门留言，指出网站上的错误，查询答复。")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_form
def contact(request: HttpRequest) -> HttpResponseBase:
    """The contact form (联系我们)."""
    return (
        _receive(request, Kind.CONTACT)
        if request.method == "POST"
        else _open(request, Kind.CONTACT)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_form
def error(request: HttpRequest) -> HttpResponseBase:
    """The form for errors on the site (我为政府网站找错), the page filled in."""
    return _receive(request, Kind.ERROR) if request.method == "POST" else _open(request, Kind.ERROR)


def _open(request: HttpRequest, kind: Kind) -> HttpResponse:
    initial = {"token": FormToken.fresh(kind).signed(), "page": page_of(request)}
    return _page(request, FORMS[kind](initial=initial), 200)


@rate_limited("feedback", "RATE_LIMIT_FEEDBACK")
def _receive(request: HttpRequest, kind: Kind) -> HttpResponse:
    data = request.POST.copy()
    form = FORMS[kind](data)
    if not form.is_valid():
        data["token"] = form.next_token()
        return _page(request, form, 422)
    if form.opened is None:
        raise ValueError("a form without a token passed its checks")
    receipt = receive(form.submission(), form.opened, node_region(request))
    context = {"column": column(), "receipt": receipt, "message": receipt.message}
    return render(request, "pages/feedback/receipt.html", context)


def _page(request: HttpRequest, form: MessageForm, status: int) -> HttpResponse:
    context = {
        "column": column(),
        "form": form,
        "is_error_form": form.kind == Kind.ERROR,
        "days": working_days_of(form.kind),
        "purpose": purpose_of_contact(),
    }
    return render(request, "pages/feedback/form.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_form
def answer(request: HttpRequest) -> HttpResponseBase:
    """What became of a message: by receipt and code, both sent in the body and never in an address."""
    if request.method == "POST":
        return _look_up(request)
    context = {
        "column": column(),
        "form": LookUpForm(initial={"receipt": request.GET.get("receipt", "")}),
    }
    return render(request, "pages/feedback/answer.html", context)


@rate_limited("feedback-answer", "RATE_LIMIT_FEEDBACK_ANSWER")
def _look_up(request: HttpRequest) -> HttpResponse:
    form = LookUpForm(request.POST)
    message = None
    if form.is_valid():
        message = look_up(form.cleaned_data["receipt"], form.cleaned_data["code"])
        if message is None:
            form.add_error("receipt", _("没有找到：编号或查询码有误，请对照回执再填一次。"))
    context = {"column": column(), "form": form, "message": message}
    status = 200 if message else 422
    return render(request, "pages/feedback/answer.html", context, status=status)
