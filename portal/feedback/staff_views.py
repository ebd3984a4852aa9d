"""The officials' pages of feedback, inside the Wagtail admin."""

from __future__ import annotations

from django.contrib import messages as notes
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.feedback import handle, queue
from portal.feedback.errors import FeedbackError
from portal.feedback.models import Contact, Message
from portal.feedback.permissions import keepers, may_answer, may_see_queue
from portal.feedback.staff_forms import AnswerForm, AssignForm

PAGE_SIZE = 30


def _official(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not may_see_queue(user):
        raise PermissionDenied
    return user


def _message(request: HttpRequest, pk: int) -> tuple[User, Message]:
    """The official and a message that is theirs to answer; 403 for the messages of others."""
    official = _official(request)
    message = get_object_or_404(Message.objects.select_related("region", "assignee"), pk=pk)
    if not may_answer(official, message):
        raise PermissionDenied
    return official, message


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The queue, one tab at a time."""
    official = _official(request)
    tab, today = queue.tab_named(request.GET.get("tab", "")), timezone.localdate()
    rows = Paginator(queue.messages_in(tab, official, today), PAGE_SIZE)
    page = rows.get_page(request.GET.get("page"))
    counts = queue.counts(official, today)
    context = {
        "tabs": [(each, counts[each.slug], each == tab) for each in queue.TABS],
        "tab": tab,
        "rows": [(message, message.is_late_on(today)) for message in page],
        "page": page,
    }
    return render(request, "pages/feedback/staff_index.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, and the steps that are possible."""
    _person, message = _message(request, pk)
    return _detail(request, message, AnswerForm(), 200)


def _detail(request: HttpRequest, message: Message, form: AnswerForm, status: int) -> HttpResponse:
    contact = Contact.objects.filter(message=message).first()
    context = {
        "message": message,
        "is_late": message.is_late_on(timezone.localdate()),
        "contact": contact,
        "contact_facts": contact.as_facts() if contact else [],
        "form": form,
        "assign_form": AssignForm(people=keepers(message.region)) if message.is_open else None,
    }
    return render(request, "pages/feedback/staff_detail.html", context, status=status)


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a message over, or pass it on."""
    official, message = _message(request, pk)
    to = official
    if "to" in request.POST:
        form = AssignForm(request.POST, people=keepers(message.region))
        if not form.is_valid():
            notes.error(request, _("请选择一位经办人。"))
            return redirect("feedback_staff:detail", pk=pk)
        to = form.cleaned_data["to"]
    try:
        handle.assign(message, to, by=official)
    except FeedbackError as refusal:
        notes.error(request, str(refusal))
    else:
        notes.success(request, _("已交给 %(name)s 办理。") % {"name": to.get_full_name() or to})
    return redirect("feedback_staff:detail", pk=pk)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer or dismiss a message; a text that is refused stays in the form."""
    official, message = _message(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _detail(request, message, form, 422)
    step = handle.dismiss if request.POST.get("step") == "dismiss" else handle.answer
    try:
        step(message, form.cleaned_data["text"], by=official)
    except FeedbackError as refusal:
        form.add_error(None, str(refusal))
        message.refresh_from_db()
        return _detail(request, message, form, 409)
    notes.success(request, _("留言 %(receipt)s 已办结。") % {"receipt": message.receipt})
    return redirect("feedback_staff:index")
