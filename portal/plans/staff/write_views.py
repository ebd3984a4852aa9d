"""Staff pages that change something: a new notice, its text, and the steps of the procedure."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.plans.enums import DocumentRole, VersionState
from portal.plans.errors import ChangedMeanwhile, NoticeError
from portal.plans.models import Notice, NoticeDocument, NoticeVersion
from portal.plans.permissions import may_administer, may_draft
from portal.plans.procedure.draft import start_notice
from portal.plans.procedure.edit import editing
from portal.plans.staff.access import explain, may_begin, may_change, official, version_of
from portal.plans.staff.forms import NewNoticeForm, VersionForm
from portal.plans.staff.panels import version_panels
from portal.plans.staff.prefill import first_values, period_outlook
from portal.plans.staff.steps import Step, step_named

TOKEN_SECONDS = 24 * 3600
TITLE_LENGTH = 120
CONFLICT = 409


@require_http_methods(["GET", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Begin a notice: what decides its number and its period; then the text."""
    person = official(request)
    if not may_begin(person):
        raise PermissionDenied
    form = NewNoticeForm(request.POST or None, official=person, initial={"token": uuid.uuid4().hex})
    if request.method == "POST" and form.is_valid():
        return _begin(request, person, form.cleaned_data)
    status = 422 if form.errors else 200
    return render(request, "pages/plans/staff/new.html", {"form": form}, status=status)


def _begin(request: HttpRequest, person: User, values: dict[str, Any]) -> HttpResponse:
    """Store the notice; the same form sent twice makes one notice."""
    key = f"notice-new:{person.pk}:{values['token']}"
    if not cache.add(key, 0, TOKEN_SECONDS):
        messages.info(request, _("这一公示已经建立，请在列表中继续。"))
        return redirect("notices_staff:index")
    notice = Notice(
        region=values["region"],
        kind=values["kind"],
        plan_level=values["plan_level"],
        follows=values["follows"],
    )
    prefilled = first_values(request, values["kind"], values["region"], person)
    try:
        version = start_notice(notice, NoticeVersion(title=values["title"], **prefilled), person)
    except NoticeError as problem:
        messages.error(request, explain(problem))
        return redirect("notices_staff:index")
    messages.success(request, _("已建立草稿 %(code)s，请填写内容。") % {"code": notice.code})
    return redirect("notices_staff:edit", version.pk)


@require_http_methods(["GET", "POST"])
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of a version in work; a frozen one cannot be opened here."""
    person, version = version_of(request, pk)
    if request.method == "POST":
        return _received(request, version, person)
    if not version.is_editable:
        messages.error(request, _("内容已冻结，不能修改。需要更改时请退回，或重新公告为下一版本。"))
        return redirect("notices_staff:detail", pk)
    if not may_change(person, version):
        raise PermissionDenied
    form = version_panels().get_form_class()(instance=version, for_user=person)
    return _form_page(request, version, form, 200)


def _received(request: HttpRequest, version: NoticeVersion, person: User) -> HttpResponse:
    """Save the form; what cannot be saved is shown again, nothing that was typed is lost."""
    region = version.notice.region
    if not (may_draft(person, region) or may_administer(person, region)):
        raise PermissionDenied
    form_class = version_panels().get_form_class()
    form = form_class(request.POST, request.FILES, instance=version, for_user=person)
    number = _seen_number(request)
    if NoticeVersion.objects.filter(pk=version.pk).exclude(edit_number=number).exists():
        form.is_valid()
        return _conflict(request, version, form)
    if not form.is_valid():
        messages.error(request, _("没有保存：请改正下面标出的项目。已选择的文件需要重新选择。"))
        return _form_page(request, version, form, 422)
    try:
        _save(form, version, person, number)
    except ChangedMeanwhile:
        return _conflict(request, version, form)
    except NoticeError as problem:
        messages.error(request, explain(problem))
        return redirect("notices_staff:detail", version.pk)
    messages.success(request, _("已保存。"))
    if "submit" in request.POST:
        return redirect("notices_staff:step", version.pk, "submit")
    return redirect("notices_staff:edit", version.pk)


def _seen_number(request: HttpRequest) -> int:
    """The edit number that the official saw, or the newer one that they chose to write over."""
    return _number(request, "overwrite") or _number(request, "edit_number") or 0


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _save(form: VersionForm, version: NoticeVersion, person: User, number: int | None) -> None:
    with editing(version, person, edit_number=number) as (row, changed):
        changed.extend(form.changed_data)
        changed.extend(name for name, parts in form.formsets.items() if parts.has_changed())
        version.edit_number, version.state = row.edit_number, row.state
        if form.notice_is_open:
            _save_notice(form, version.notice)
        form.save()
        _add_uploads(version, form.cleaned_data["uploads"], form.cleaned_data["uploads_role"])


def _save_notice(form: VersionForm, notice: Notice) -> None:
    for name, field in form.NOTICE_FIELDS.items():
        setattr(notice, field, form.cleaned_data[name])
    notice.save(update_fields=list(form.NOTICE_FIELDS.values()))


def _add_uploads(version: NoticeVersion, files: list[UploadedFile[bytes]], role: str) -> None:
    last = version.documents.aggregate(last=Max("sort_order"))["last"]
    for order, file in enumerate(files, 0 if last is None else last + 1):
        title = PurePath(file.name or "").stem[:TITLE_LENGTH] or _("文件")
        NoticeDocument.objects.create(
            version=version,
            role=role or DocumentRole.TEXT,
            title=title,
            sort_order=order,
            file=file,
        )


def _conflict(request: HttpRequest, version: NoticeVersion, form: VersionForm) -> HttpResponse:
    """Somebody else saved meanwhile: nothing is stored, and what was typed is shown again."""
    return _form_page(request, version, form, CONFLICT)


def _form_page(
    request: HttpRequest, version: NoticeVersion, form: VersionForm, status: int
) -> HttpResponse:
    bound = version_panels().get_bound_panel(instance=version, request=request, form=form)
    stored = NoticeVersion.objects.select_related("notice__region").get(pk=version.pk)
    seen = _seen_number(request) if request.method == "POST" else stored.edit_number
    context = {
        "version": version,
        "stored": stored,
        "seen": seen,
        "is_conflict": status == CONFLICT,
        "form": form,
        "panel": bound,
        "media": bound.media + form.media,
        "outlook": period_outlook(stored),
    }
    return render(request, "pages/plans/staff/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Ask for confirmation of a step, then take it."""
    person, version = version_of(request, pk)
    wanted = step_named(slug)
    if wanted is None:
        raise Http404("no such step")
    if request.method == "POST":
        form = wanted.form(request.POST)
        if form.is_valid():
            return _take(request, wanted, version, person, form.cleaned_data)
        return _step_page(request, wanted, version, form, 422)
    if not wanted.may(person, version):
        messages.error(request, _("现在不能进行“%(step)s”。") % {"step": wanted.title})
        return redirect("notices_staff:detail", pk)
    return _step_page(request, wanted, version, wanted.form(), 200)


def _step_page(
    request: HttpRequest, wanted: Step, version: NoticeVersion, form: Any, status: int
) -> HttpResponse:
    context = {
        "version": version,
        "step": wanted,
        "form": form,
        "outlook": period_outlook(version),
        "back": reverse("notices_staff:detail", args=[version.pk]),
    }
    return render(request, "pages/plans/staff/step.html", context, status=status)


def _take(
    request: HttpRequest, wanted: Step, version: NoticeVersion, person: User, values: dict[str, Any]
) -> HttpResponse:
    number = _number(request, "edit_number")
    try:
        after = wanted.take(version, person, values, number)
    except ChangedMeanwhile as problem:
        if wanted.slug != "submit" or not _was_just_submitted(version, person, number):
            messages.error(request, explain(problem))
        return redirect("notices_staff:detail", version.pk)
    except NoticeError as problem:
        messages.error(request, explain(problem))
        return redirect("notices_staff:detail", version.pk)
    messages.success(request, str(wanted.done))
    if after is None:
        return redirect("notices_staff:index")
    target = "edit" if after.pk != version.pk else "detail"
    return redirect(f"notices_staff:{target}", after.pk)


def _was_just_submitted(version: NoticeVersion, person: User, number: int | None) -> bool:
    """A double click: the first one did what the second one asks for."""
    stored = NoticeVersion.objects.get(pk=version.pk)
    return (
        stored.state == VersionState.AWAITING_APPROVAL
        and stored.submitted_by_id == person.pk
        and number is not None
        and stored.edit_number == number + 1
    )
