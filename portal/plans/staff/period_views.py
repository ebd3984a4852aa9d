"""The statutory periods: data that officials keep, for the law changes (法定公示期)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.audit.canonical import Fact
from portal.core.audit.record import record_event
from portal.core.regions.models import Region
from portal.plans.models import StatutoryPeriod
from portal.plans.permissions import may_administer
from portal.plans.staff.access import may_keep_rules
from portal.staff.enums import Column
from portal.staff.scope import regions_of, within_scope

FIELDS = (
    "kind",
    "region",
    "amount",
    "unit",
    "excludes_first_day",
    "ends_on_working_day",
    "basis",
    "basis_text",
    "valid_from",
    "valid_to",
)


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PeriodForm(forms.ModelForm[StatutoryPeriod]):
    """One period; its division is among those of the official."""

    class Meta:
        model = StatutoryPeriod
        fields = FIELDS
        widgets = {
            "basis_text": forms.Textarea(attrs={"rows": 3}),
            "valid_from": _day_input(),
            "valid_to": _day_input(),
        }
        help_texts = {
            "basis": gettext_lazy("公示页面会显示，例如《中华人民共和国城乡规划法》第二十六条。"),
            "valid_to": gettext_lazy("停用后不再用于新的公示；已提交的公示保留当时的规则。"),
        }

    def __init__(self, *args: Any, official: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["region"]
        field.queryset = _divisions(official)

    def clean(self) -> dict[str, Any]:
        """The first day is not after the last one."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("停用日期早于启用日期。"))
        return cleaned


def _divisions(person: User) -> QuerySet[Region]:
    """Where a person may change the periods."""
    codes = [
        region.code
        for posted in regions_of(person, Column.NOTICES)
        for region in Region.objects.within(posted).in_force()
    ]
    return Region.objects.filter(code__in=codes).order_by("path")


def _keeper(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not may_keep_rules(user):
        raise PermissionDenied
    return user


def _may_change(person: User, period: StatutoryPeriod) -> bool:
    return may_administer(person, period.region)


@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """All periods that hold for the official's divisions; those of others cannot be changed."""
    person = _keeper(request)
    rows = StatutoryPeriod.objects.select_related("region").order_by("kind", "region__path", "pk")
    above = {code for own in regions_of(person, Column.NOTICES) for code in own.ancestor_codes}
    below = within_scope(rows, person, Column.NOTICES)
    rows = rows.filter(Q(pk__in=below.values("pk")) | Q(region__in=above))
    context = {"periods": [(row, _may_change(person, row)) for row in rows]}
    return render(request, "pages/plans/staff/periods.html", context)


@require_http_methods(["GET", "POST"])
def period(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a period or change one; 404 for the period of a foreign division."""
    person = _keeper(request)
    kept = (
        get_object_or_404(StatutoryPeriod.objects.select_related("region"), pk=pk) if pk else None
    )
    if kept is not None and not _may_change(person, kept):
        raise Http404("not of this official")
    form = PeriodForm(request.POST or None, instance=kept, official=person)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save()
            facts: dict[str, Fact] = {"period": str(saved), "fields": [*sorted(form.changed_data)]}
            record_event(
                "plans.period_changed" if kept else "plans.period_added",
                actor=person,
                target=saved,
                facts=facts,
                region=saved.region,
            )
        messages.success(request, _("已保存：%(period)s") % {"period": saved})
        return redirect("notices_staff:periods")
    context = {"form": form, "period": kept}
    status = 422 if form.errors else 200
    return render(request, "pages/plans/staff/period.html", context, status=status)
