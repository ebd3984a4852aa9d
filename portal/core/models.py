"""Site identity and the pages that every other page builds on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from portal.core.base_page import BasePage
from portal.core.blocks import BodyBlock
from portal.core.content_page import ContentPage
from portal.core.fields import BodyField
from portal.core.identity import SiteIdentity, SiteTexts, in_english

__all__ = ["BasePage", "ContentPage", "HomePage", "SiteIdentity", "SiteTexts", "in_english"]


class HomePage(BasePage):
    """The first page (首页): what is planned, what is open for comment, how to reach the office."""

    introduction = models.CharField(_("引言"), max_length=200, blank=True)
    introduction_en = models.CharField(_("英文引言"), max_length=300, blank=True)
    body = BodyField(BodyBlock(), verbose_name=_("正文"), blank=True)

    template = "pages/core/home_page.html"
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["core.ContentPage"]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("introduction"),
        FieldPanel("introduction_en"),
        FieldPanel("body"),
    ]
    column_type = _("首页")

    class Meta:
        verbose_name = _("首页")

    @property
    def display_introduction(self) -> str:
        """The introduction in the reader's language."""
        return self.introduction_en if in_english() and self.introduction_en else self.introduction
