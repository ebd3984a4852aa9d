"""The component gallery (组件库): every component once, with its states. Only where DEBUG."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """All components on one page, for axe and for screenshots."""
    return render(request, "pages/core/components.html")
