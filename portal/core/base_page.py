"""What each of our pages has in common."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from portal.core.identity import in_english


class BasePage(Page):
    """What each of our pages has: an English title, and a place in the government meta tags."""

    title_en = models.CharField(_("英文标题"), max_length=255, blank=True)

    column_type: ClassVar[Any] = _("信息公开")
    """ColumnType (栏目类别) of the government meta tags."""

    class Meta:
        abstract = True

    @property
    def display_title(self) -> str:
        """The title in the reader's language; the Chinese one where there is no English one."""
        return self.title_en if in_english() and self.title_en else self.title

    @property
    def title_language(self) -> str:
        """The language that ``display_title`` is written in, for the ``lang`` attribute."""
        return "en" if in_english() and self.title_en else "zh-Hans"

    @property
    def column_page(self) -> Page:
        """The page of the column (栏目) that this page belongs to: itself, unless it is an article."""
        return self

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the column, whose name and keywords stand in the meta tags."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["column"] = self.column_page
        return context
