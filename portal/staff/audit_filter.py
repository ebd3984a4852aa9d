"""What the audit administrator asks of the log, parsed once; keyset paging over it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portal.core.audit.models import AuditEvent, AuditEventQuerySet
from portal.core.days import EARLIEST, LATEST, midnight

PAGE_SIZE = 50
DAYS = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]


class AuditFilter(forms.Form):
    """Who, what, when; every field may be left empty."""

    person = forms.CharField(label=_("操作人"), max_length=150, required=False)
    action = forms.CharField(label=_("操作"), max_length=80, required=False)
    target = forms.CharField(label=_("对象"), max_length=200, required=False)
    since = forms.DateField(
        label=_("从"),
        required=False,
        validators=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("到（含当日）"),
        required=False,
        validators=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput())

    def events(self) -> AuditEventQuerySet:
        """The events asked for, newest first; all of them where the form is wrong."""
        wanted: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        found = AuditEvent.objects.between(
            _start(wanted.get("since")), _start(wanted.get("until"), days=1)
        )
        if wanted.get("person"):
            found = found.by_person(wanted["person"])
        if wanted.get("action"):
            found = found.filter(action__startswith=wanted["action"])
        if wanted.get("target"):
            found = found.filter(target_text__contains=wanted["target"])
        return found.order_by("-sequence")

    def page(self) -> tuple[list[AuditEvent], int | None]:
        """One page, and the number to ask on from; constant time however far back."""
        found = self.events()
        before = self.cleaned_data.get("before") if self.is_valid() else None
        if before:
            found = found.filter(sequence__lt=before)
        rows = list(found[: PAGE_SIZE + 1])
        return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].sequence if len(rows) > PAGE_SIZE else None

    def facts(self) -> dict[str, str]:
        """The filter as it goes into the log when it is used for an export."""
        wanted = self.cleaned_data if self.is_valid() else {}
        return {name: str(value) for name, value in wanted.items() if value and name != "before"}


def _start(day: datetime.date | None, *, days: int = 0) -> datetime.datetime | None:
    return None if day is None else midnight(day + datetime.timedelta(days=days))
