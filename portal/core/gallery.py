"""The component gallery (组件库): every component once, with its states. Only where DEBUG."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

ERROR_PAGES = {
    **{
        name: f"{name}.html"
        for name in ("400", "403", "403_csrf", "404", "405", "413", "429", "500", "503")
    },
    "not_printable": "pages/plans/not_printable.html",
}
"""Name -> template."""


class SampleForm(forms.Form):
    """A field with a mistake, and choices."""

    name = forms.CharField(label="称呼", help_text="可以不填")
    email = forms.EmailField(label="电子邮箱")
    topic = forms.ChoiceField(
        label="类别",
        choices=[("question", "咨询"), ("suggestion", "建议")],
        widget=forms.RadioSelect,
    )


def sample_months() -> list[datetime.date]:
    """Half a year."""
    return [datetime.date(2026, month, 1) for month in range(1, 7)]


def sample_context() -> dict[str, Any]:
    """Invented content for the components."""
    months, values = sample_months(), [120, 340, 90, 0, 410, 230]
    lines = [SimpleNamespace(title="规划一张图", values=values, total=sum(values))]
    return {
        "form": SampleForm({"name": "王示例", "email": "不是邮箱", "topic": "question"}),
        "bars": [
            SimpleNamespace(month=month, value=value, length=value * 1000 // 410)
            for month, value in zip(months, values, strict=True)
        ],
        "months": months,
        "lines": lines,
        "facts": [
            {"term": "公示时间", "value": "2026-06-01 至 2026-07-01"},
            {"term": "位置", "value": "示例市中心区"},
        ],
        "notices": Paginator(range(30), 10).page(2),
        "swatch": {"geometry": "polygon", "color": "#e33"},
        "error_pages": sorted(ERROR_PAGES),
    }


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """All components on one page, for axe and for screenshots."""
    return render(request, "pages/core/components.html", sample_context())


@require_safe
def error_page(request: HttpRequest, name: str) -> HttpResponse:
    """One of the error pages, with status 200: it is looked at, nothing went wrong."""
    if name not in ERROR_PAGES:
        raise Http404(name)
    return render(request, ERROR_PAGES[name], {"wait": 7})


urlpatterns = [
    path("", components, name="components"),
    path("errors/<slug:name>/", error_page, name="error_page"),
]
