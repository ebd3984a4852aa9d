"""Who runs a site of this installation, and the texts that only its sponsor can write."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

from portal.core.blocks import BodyBlock
from portal.core.fields import BodyField


def in_english() -> bool:
    """Whether the reader chose the English pages."""
    return (get_language() or "").startswith("en")


def english_or(english: str, chinese: str) -> str:
    """The English text for readers of English where there is one, else the Chinese one."""
    return english if in_english() and english else chinese


def group(heading: Any, *names: str) -> MultiFieldPanel:
    """Fields of one heading in the editor."""
    return MultiFieldPanel([FieldPanel(name) for name in names], heading=heading)


class SiteSetting(BaseSiteSetting):
    """A setting that each site (node) of the installation has for itself."""

    class Meta:
        abstract = True

    @classmethod
    def load(cls, request_or_site: HttpRequest | Site | None = None) -> Any:
        """The setting of a request's site, of a site, or of the default site.

        Read once a request. Reading writes nothing: where nothing was filled in yet, the empty
        setting that comes back is not stored.
        """
        if not isinstance(request_or_site, HttpRequest):
            site = request_or_site or Site.objects.filter(is_default_site=True).first()
            return cls._of(site)
        kept = cls.get_cache_attr_name()
        if not hasattr(request_or_site, kept):
            setattr(request_or_site, kept, cls._of(Site.find_for_request(request_or_site)))
        return getattr(request_or_site, kept)

    @classmethod
    def _of(cls, site: Site | None) -> Any:
        if site is None:
            return cls()
        return cls.objects.filter(site=site).first() or cls(site=site)


@register_setting(icon="site")
class SiteIdentity(SiteSetting):
    """Who runs this site and how to reach them (网站标识): header, footer, government meta tags."""

    site_name = models.CharField(_("网站名称"), max_length=80, default="国土空间规划公众服务")
    site_name_en = models.CharField(
        _("英文名称"), max_length=120, default="Territorial Spatial Planning"
    )
    domain = models.CharField(_("网站域名"), max_length=120, blank=True)
    description = models.CharField(_("网站简介"), max_length=200, blank=True)
    description_en = models.CharField(_("网站简介（英文）"), max_length=300, blank=True)
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
    address_en = models.CharField(_("地址（英文）"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=60, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    opening_hours = models.CharField(_("接待时间"), max_length=120, blank=True)
    opening_hours_en = models.CharField(_("接待时间（英文）"), max_length=160, blank=True)
    icp_number = models.CharField(_("ICP备案号"), max_length=60, blank=True)
    icp_url = models.URLField(_("ICP备案查询地址"), blank=True)
    police_number = models.CharField(_("公安备案号"), max_length=60, blank=True)
    police_url = models.URLField(_("公安备案查询地址"), blank=True)
    report_error_url = models.URLField(
        _("“我为政府网站找错”地址"), blank=True, help_text=_("留空则使用本站的找错表单。")
    )
    security_contact = models.CharField(
        _("安全漏洞联系方式"),
        max_length=200,
        blank=True,
        help_text=_("写入 security.txt：mailto: 或 https: 开头的地址；留空则使用电子邮箱。"),
        validators=[
            RegexValidator(r"^(mailto:|https:|tel:)\S+$", _("以 mailto: 或 https: 开头。"))
        ],
    )

    panels: ClassVar[list[Any]] = [
        group(
            _("网站"),
            "site_name",
            "site_name_en",
            "domain",
            "description",
            "description_en",
            "keywords",
        ),
        group(
            _("单位与联系方式"),
            "sponsor",
            "sponsor_en",
            "operator",
            "address",
            "address_en",
            "phone",
            "email",
            "opening_hours",
            "opening_hours_en",
        ),
        group(
            _("备案信息"),
            "site_id_code",
            "icp_number",
            "icp_url",
            "police_number",
            "police_url",
            "report_error_url",
        ),
        group(_("安全"), "security_contact"),
    ]

    class Meta:
        verbose_name = _("网站标识")

    @property
    def name(self) -> str:
        """The site's name in the reader's language."""
        return english_or(self.site_name_en, self.site_name)

    @property
    def summary(self) -> str:
        """What the site is about, in the reader's language; its name where nothing was written."""
        written = self.description_en if in_english() else self.description
        return written or self.name

    @property
    def sponsor_name(self) -> str:
        """The sponsor's name in the reader's language."""
        return english_or(self.sponsor_en, self.sponsor)

    @property
    def where(self) -> str:
        """The address in the reader's language."""
        return english_or(self.address_en, self.address)

    @property
    def hours(self) -> str:
        """The opening hours in the reader's language."""
        return english_or(self.opening_hours_en, self.opening_hours)


@register_setting(icon="doc-full")
class SiteTexts(SiteSetting):
    """Texts of the fixed pages that only the sponsor can write (固定页面文字)."""

    accessibility_reviewed_on = models.DateField(_("无障碍自查日期"), null=True, blank=True)
    accessibility_body = BodyField(BodyBlock(), verbose_name=_("无障碍声明补充内容"), blank=True)
    accessibility_body_en = BodyField(
        BodyBlock(), verbose_name=_("无障碍声明补充内容（英文）"), blank=True
    )
    help_body = BodyField(BodyBlock(), verbose_name=_("帮助补充内容"), blank=True)
    help_body_en = BodyField(BodyBlock(), verbose_name=_("帮助补充内容（英文）"), blank=True)

    panels: ClassVar[list[Any]] = [
        group(
            _("无障碍声明"),
            "accessibility_reviewed_on",
            "accessibility_body",
            "accessibility_body_en",
        ),
        group(_("帮助"), "help_body", "help_body_en"),
    ]

    class Meta:
        verbose_name = _("固定页面文字")

    @property
    def accessibility(self) -> Any:
        """The statement's own part in the reader's language."""
        return english_or(self.accessibility_body_en, self.accessibility_body)

    @property
    def help(self) -> Any:
        """The help page's own part in the reader's language."""
        return english_or(self.help_body_en, self.help_body)
