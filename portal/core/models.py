"""Site identity and the pages that every other page builds on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Page

from portal.core.blocks import BodyBlock
from portal.core.fields import BodyField


def in_english() -> bool:
    """Whether the reader chose the English pages."""
    return (get_language() or "").startswith("en")


@register_setting(icon="site")
class SiteIdentity(BaseGenericSetting):
    """Who runs this site and how to reach them (网站标识): header, footer, government meta tags."""

    site_name = models.CharField(_("网站名称"), max_length=80, default="国土空间规划公众服务")
    site_name_en = models.CharField(
        _("英文名称"), max_length=120, default="Territorial Spatial Planning"
    )
    domain = models.CharField(_("网站域名"), max_length=120, blank=True)
    description = models.CharField(_("网站简介"), max_length=200, blank=True)
    keywords = models.CharField(_("关键词"), max_length=200, blank=True)
    site_id_code = models.CharField(
        _("网站标识码"),
        max_length=20,
        blank=True,
        validators=[
            RegexValidator(r"^[0-9A-Za-z]{6,20}$", _("网站标识码由6至20位数字或字母组成。"))
        ],
    )
    sponsor = models.CharField(_("主办单位"), max_length=120, blank=True)
    sponsor_en = models.CharField(_("主办单位（英文）"), max_length=160, blank=True)
    operator = models.CharField(_("承办单位"), max_length=120, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=60, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    opening_hours = models.CharField(_("接待时间"), max_length=120, blank=True)
    icp_number = models.CharField(_("ICP备案号"), max_length=60, blank=True)
    police_number = models.CharField(_("公安备案号"), max_length=60, blank=True)
    report_error_url = models.URLField(_("“我为政府网站找错”地址"), blank=True)

    panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("site_name", "site_name_en", "domain", "description", "keywords")
            ],
            heading=_("网站"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    "sponsor",
                    "sponsor_en",
                    "operator",
                    "address",
                    "phone",
                    "email",
                    "opening_hours",
                )
            ],
            heading=_("单位与联系方式"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("site_id_code", "icp_number", "police_number", "report_error_url")
            ],
            heading=_("备案信息"),
        ),
    ]

    class Meta:
        verbose_name = _("网站标识")

    @property
    def name(self) -> str:
        """The site's name in the reader's language."""
        return self.site_name_en if in_english() and self.site_name_en else self.site_name

    @property
    def sponsor_name(self) -> str:
        """The sponsor's name in the reader's language."""
        return self.sponsor_en if in_english() and self.sponsor_en else self.sponsor


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


class HomePage(BasePage):
    """The first page (首页): what is planned, what is open for comment, how to reach the office."""

    introduction = models.CharField(_("引言"), max_length=200, blank=True)
    introduction_en = models.CharField(_("英文引言"), max_length=300, blank=True)
    body = BodyField(BodyBlock(), verbose_name=_("正文"), blank=True)

    template = "pages/core/home_page.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
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
