"""The sample city's pages and site identity."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page, Site

from portal.core.models import HomePage, SiteIdentity

HOME_SLUG = "home"


@transaction.atomic
def make_pages() -> HomePage:
    """The home page and the site's identity; what is there already stays."""
    home: HomePage = HomePage.objects.first() or _make_home()
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
