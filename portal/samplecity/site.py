"""The sample city's pages and site identity."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.models import Page, Site

from portal.core.models import ContentPage, HomePage, SiteIdentity

HOME_SLUG = "home"
ABOUT_SLUG = "about"
ABOUT = (
    ("heading", "谁在办这个网站", "Who runs this site"),
    (
        "paragraph",
        "<p>本站由示例市自然资源和规划局主办。示例市是虚构的城市，站上的规划、公示和人名都是示例。</p>",
        "<p>This site is run by the Sample City Bureau of Natural Resources and Planning. Sample City "
        "is invented; its plans, notices and names are examples.</p>",
    ),
    ("heading", "内容以什么为准", "What is authoritative"),
    (
        "paragraph",
        "<p>地图与文字仅供参考，以依法批准的规划文件为准。发现有误，请用“我为政府网站找错”告诉我们。</p>",
        "<p>Maps and texts are for information only; the approved plans prevail. "
        "Please report what is wrong.</p>",
    ),
)
"""Kind of block, Chinese and English text."""

UPDATES = {
    "zh": (
        "各栏目多久更新",
        ("栏目", "更新"),
        (("公示公开", "当天"), ("规划一张图", "批准后5个工作日内")),
    ),
    "en": (
        "How often each part is updated",
        ("Part", "Updated"),
        (("Notices", "the same day"), ("Planning map", "within 5 working days of approval")),
    ),
}
"""Language -> caption, headings and rows of a table."""


@transaction.atomic
def make_pages() -> HomePage:
    """The home page and the site's identity; what is there already stays."""
    home: HomePage = HomePage.objects.first() or _make_home()
    if not home.get_children().filter(slug=ABOUT_SLUG).exists():
        _make_about(home)
    _identify()
    return home


def _make_home() -> HomePage:
    root = Page.get_first_root_node()
    home = HomePage(
        title="首页",
        title_en="Home",
        slug=HOME_SLUG,
        introduction="看得懂的规划，听得见的意见。在一张图上查看示例市的规划、控制线与公共设施。",
        introduction_en="Plans you can read, comments that are heard: the plans, control lines "
        "and public facilities of Sample City on one map.",
    )
    # Wagtail's own start page goes, once ours stands in its place.
    old = list(root.get_children().filter(depth=2))
    home.slug = HOME_SLUG if all(page.slug != HOME_SLUG for page in old) else "portal-home"
    root.add_child(instance=home)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.site_name, site.root_page = "localhost", "示例市", home
    site.save()
    for page in old:
        page.delete()
    return home


def _make_about(home: HomePage) -> None:
    page = ContentPage(
        title="关于本站",
        title_en="About",
        slug=ABOUT_SLUG,
        introduction="谁办的，内容以什么为准，多久更新。",
        introduction_en="Who runs this site, what is authoritative, how often it is updated.",
        show_in_menus=True,
        body=[*((kind, text) for kind, text, _english in ABOUT), ("table", _updates("zh"))],
        body_en=[*((kind, text) for kind, _chinese, text in ABOUT), ("table", _updates("en"))],
    )
    home.add_child(instance=page)
    page.save_revision().publish()


def _updates(language: str) -> dict[str, Any]:
    caption, headings, rows = UPDATES[language]
    return {
        "caption": caption,
        "columns": [{"type": "text", "heading": heading} for heading in headings],
        "rows": [{"values": list(row)} for row in rows],
    }


def _identify() -> None:
    identity = SiteIdentity.load()
    if identity.sponsor:
        return
    identity.site_name = "示例市国土空间规划公众服务"
    identity.site_name_en = "Sample City Spatial Planning"
    identity.domain = "planning.example"
    identity.description = "示例市国土空间规划的公示公开、一张图与公众参与。"
    identity.description_en = (
        "Notices, the planning map and public participation in the plans of Sample City."
    )
    identity.keywords = "国土空间规划,公示公开,一张图,示例市"
    identity.site_id_code = "0000000000"
    identity.sponsor = "示例市自然资源和规划局"
    identity.sponsor_en = "Sample City Bureau of Natural Resources and Planning"
    identity.operator = "示例市规划信息中心"
    identity.address = "示例市滨河新区示例大道1号"
    identity.address_en = "1 Example Avenue, Riverside New District, Sample City"
    identity.phone = "0000-0000000"
    identity.opening_hours = "工作日 9:00—17:00"
    identity.opening_hours_en = "working days 9:00 to 17:00"
    identity.email = "planning@office.example"
    identity.icp_number = "示ICP备00000000号"
    identity.police_number = "示公网安备00000000000000号"
    identity.save()
