"""The plain page of an editor: below home, or below another one."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from portal.core.base_page import BasePage
from portal.core.blocks import BodyBlock
from portal.core.fields import BodyField
from portal.core.identity import english_or, in_english
from portal.core.menu import is_routed, language_prefix


class ContentPageForm(WagtailAdminPageForm):
    """Keeps pages off the addresses of the columns, where nobody would ever see them."""

    def clean_slug(self) -> str:
        """Directly below home the address must be free in both languages."""
        slug: str = self.cleaned_data["slug"]
        if self.parent_page.is_site_root() and _is_taken(slug):
            raise ValidationError(_("这个网址已由网站栏目使用，请换一个。"), code="taken")
        return slug


def _is_taken(slug: str) -> bool:
    with override("zh-hans"):
        return slug == "en" or is_routed(f"/{slug}/")


class ContentPage(BasePage):
    """A page of text, tables and files (一般栏目页面), such as a statement of the site."""

    introduction = models.CharField(_("引言"), max_length=200, blank=True)
    introduction_en = models.CharField(_("英文引言"), max_length=300, blank=True)
    body = BodyField(BodyBlock(), verbose_name=_("正文"), blank=True)
    body_en = BodyField(BodyBlock(), verbose_name=_("英文正文"), blank=True)

    template = "pages/core/content_page.html"
    base_form_class = ContentPageForm
    parent_page_types: ClassVar[list[str]] = ["core.HomePage", "core.ContentPage"]
    subpage_types: ClassVar[list[str]] = ["core.ContentPage"]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("introduction"),
        FieldPanel("introduction_en"),
        FieldPanel("body"),
        FieldPanel("body_en"),
    ]

    class Meta:
        verbose_name = _("一般栏目页面")
        verbose_name_plural = _("一般栏目页面")

    @property
    def display_introduction(self) -> str:
        """The introduction in the reader's language."""
        return english_or(self.introduction_en, self.introduction)

    @property
    def display_summary(self) -> str:
        """What the meta tags say of the page."""
        return self.display_introduction

    @property
    def display_body(self) -> Any:
        """The body in the reader's language."""
        return english_or(self.body_en, self.body)

    @property
    def body_language(self) -> str:
        """The language that ``display_body`` is written in, for the ``lang`` attribute."""
        return "en" if in_english() and self.body_en else "zh-Hans"

    @property
    def published_on(self) -> datetime.date | None:
        """Day of the first publication."""
        first = self.first_published_at
        return timezone.localtime(first).date() if first else None

    @property
    def column_page(self) -> Page:
        """The page below home that this one stands under, or itself."""
        above = ContentPage.objects.ancestor_of(self).order_by("depth").first()
        return above or self

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the way from home, and the pages below."""
        context = super().get_context(request, *args, **kwargs)
        above = ContentPage.objects.ancestor_of(self).order_by("depth")
        context["trail"] = [
            {"title": _("首页"), "url": language_prefix()},
            *({"title": page.display_title, "url": page.get_url(request)} for page in above),
        ]
        context["pages_below"] = [
            {"page": page, "url": page.get_url(request)}
            for page in ContentPage.objects.child_of(self).live().public().order_by("path")
        ]
        return context
