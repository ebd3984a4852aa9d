"""Every kind of page that a visitor can meet: add a line here for every new public template.

``test_public_pages.py`` fails when a route or a template of the public site is missing here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.journeys.browser import Watched, follow


def open_menu(seen: Watched) -> None:
    """The sheet of the menu, where the screen is narrow enough for one."""
    toggle = seen.page.locator(".header__toggle")
    if toggle.is_visible():
        toggle.click()
        seen.page.locator(".header__close").wait_for()


def submit_empty(seen: Watched) -> None:
    """A form sent without anything: the error summary."""
    follow(seen.page.locator("main form[method=post] button[type=submit]"))
    seen.page.locator(".error-summary").wait_for()


def send_message(seen: Watched) -> None:
    """The contact form, filled in and sent: the receipt."""
    seen.page.locator("main input[type=radio]").first.check()
    seen.page.locator("main textarea").fill("示例大道的公交站什么时候修好？")
    seen.page.wait_for_timeout(3100)  # faster than by hand is refused
    follow(seen.page.locator("main form[method=post] button[type=submit]"))
    seen.page.locator(".receipt").first.wait_for()


@dataclass(frozen=True)
class PublicPage:
    """One page: its address in the sample city, and the template that it shows."""

    path: str
    template: str
    article: bool = False
    """Whether it shows an article, with title, day and source in the meta tags."""
    status: int = 200
    settle: int = 200
    """Milliseconds until scripts have drawn what they draw."""
    prepare: Callable[[Watched], None] | None = None
    quiet: bool = True
    """Whether the browser has nothing to complain about (an error status is a complaint)."""
    lighthouse: bool = False
    """Whether Lighthouse measures it: pages without an opened map."""
    indexed: bool = True
    """Whether search engines may list it; results of our own search they may not."""
    not_in_english: str = field(default="")
    """Why the page cannot be English throughout."""


REGULATION = "/policies/shilishixiangxiguihuaguanlitiaoli"

PAGES: dict[str, PublicPage] = {
    "home": PublicPage("/", "pages/core/home_page.html", lighthouse=True),
    "menu": PublicPage("/", "components/header.html", prepare=open_menu),
    "map": PublicPage("/map/", "pages/viewer/map.html", settle=1500),
    "map as a list": PublicPage("/map/?view=list", "pages/viewer/map.html", lighthouse=True),
    "here": PublicPage("/map/here/?lon=113&lat=28.2", "pages/viewer/here.html", lighthouse=True),
    "here, mistaken": PublicPage(
        "/map/here/?lon=x&lat=28.2", "pages/viewer/here.html", status=400, quiet=False
    ),
    "layer": PublicPage("/map/layers/landuse/", "pages/viewer/layer_page.html"),
    "compare": PublicPage("/map/compare/?layer=landuse", "pages/viewer/compare.html", settle=2500),
    "notices": PublicPage("/plans/", "pages/plans/notice_list.html", lighthouse=True),
    "notices, none found": PublicPage("/plans/?q=nothing", "pages/plans/notice_list.html"),
    "regions": PublicPage("/plans/regions/", "pages/plans/region_list.html"),
    "notice": PublicPage(
        "/plans/990103-2026-0001/", "pages/plans/notice.html", article=True, lighthouse=True
    ),
    "notice, earlier version": PublicPage(
        "/plans/990103-2026-0001/v/1/", "pages/plans/notice.html", article=True
    ),
    "changes of a notice": PublicPage(
        "/plans/990103-2026-0001/v/2/changes/", "pages/plans/changes.html"
    ),
    "notice, withdrawn": PublicPage(
        "/plans/990103-2026-0004/", "pages/plans/tombstone.html", status=410, quiet=False
    ),
    "subscribe": PublicPage(
        "/plans/subscriptions/", "pages/plans/subscriptions/form.html", lighthouse=True
    ),
    "subscription lapsed": PublicPage(
        "/plans/subscriptions/confirm/x/",
        "pages/plans/subscriptions/lapsed.html",
        status=404,
        quiet=False,
    ),
    "subscription unknown": PublicPage(
        "/plans/subscriptions/manage/x/",
        "pages/plans/subscriptions/nobody.html",
        status=404,
        quiet=False,
    ),
    "subscription to stop unknown": PublicPage(
        "/plans/subscriptions/stop/x/",
        "pages/plans/subscriptions/nobody.html",
        status=404,
        quiet=False,
    ),
    "search": PublicPage("/search/", "pages/search/search.html"),
    "search, found": PublicPage(
        "/search/?q=%E8%A7%84%E5%88%92",
        "pages/search/search.html",
        lighthouse=True,
        indexed=False,
    ),
    "search, nothing found": PublicPage("/search/?q=zzzz", "pages/search/search.html"),
    "question box": PublicPage("/search/ask/", "pages/search/ask.html"),
    "policies": PublicPage("/policies/", "pages/policies/library.html", lighthouse=True),
    "regulation": PublicPage(
        f"{REGULATION}/", "pages/policies/regulation.html", article=True, lighthouse=True
    ),
    "regulation, earlier edition": PublicPage(
        f"{REGULATION}/2018-10-12/", "pages/policies/regulation.html", article=True
    ),
    "article": PublicPage(
        f"{REGULATION}/2024-05-30/articles/6/", "pages/policies/article.html", article=True
    ),
    "comparison": PublicPage(
        f"{REGULATION}/compare/2018-10-12/2024-05-30/", "pages/policies/comparison.html"
    ),
    "interpretation": PublicPage(
        "/policies/interpretations/1/", "pages/policies/explanation.html", article=True
    ),
    "question": PublicPage(
        "/policies/questions/1/", "pages/policies/explanation.html", article=True
    ),
    "topics": PublicPage("/policies/topics/", "pages/policies/topics.html"),
    "topic, land use": PublicPage("/policies/topics/landuse/0701/", "pages/policies/topic.html"),
    "topic, notice": PublicPage("/policies/topics/notice/draft_plan/", "pages/policies/topic.html"),
    "interpretations": PublicPage(
        "/policies/interpretations/", "pages/policies/explanation_list.html"
    ),
    "questions": PublicPage("/policies/questions/", "pages/policies/explanation_list.html"),
    "contact": PublicPage("/feedback/", "pages/feedback/form.html", lighthouse=True),
    "contact, mistaken": PublicPage(
        "/feedback/", "pages/feedback/form.html", prepare=submit_empty, quiet=False
    ),
    "error found": PublicPage("/feedback/error/", "pages/feedback/form.html"),
    "receipt": PublicPage("/feedback/", "pages/feedback/receipt.html", prepare=send_message),
    "answer": PublicPage("/feedback/answer/", "pages/feedback/answer.html"),
    "statistics": PublicPage("/statistics/", "pages/visits/statistics.html"),
    "help": PublicPage("/help/", "pages/core/help.html", lighthouse=True),
    "accessibility": PublicPage("/accessibility/", "pages/core/accessibility.html"),
    "page of an editor": PublicPage(
        "/about/", "pages/core/content_page.html", article=True, lighthouse=True
    ),
    "site map": PublicPage("/sitemap/", "pages/core/site_map.html"),
    "not found": PublicPage("/nowhere/", "404.html", status=404, quiet=False),
    "sign-in": PublicPage("/admin/login/", "wagtailadmin/login.html"),
}

STAFF_FRAME = {"sign-in"}
"""Pages in Wagtail's frame, which has its own sizes, motion and focus style."""
OURS = tuple(name for name in PAGES if name not in STAFF_FRAME)

# Pages of the gallery, which exist only where DEBUG: looked at on a server of their own.
GALLERY: dict[str, PublicPage] = {
    "components": PublicPage("/components/", "pages/core/components.html"),
    **{
        f"error page {name}": PublicPage(f"/components/errors/{name}/", f"{name}.html")
        for name in ("400", "403", "403_csrf", "404", "405", "413", "429", "500", "503")
    },
    "file not printable": PublicPage(
        "/components/errors/not_printable/", "pages/plans/not_printable.html"
    ),
}

# Templates that other templates are made of, and routes that show no page, each with its reason.
BASES = {
    "error.html": "the frame of the error pages",
    "pages/policies/frame.html": "the frame of the policy library",
    **dict.fromkeys(
        (
            f"pages/plans/subscriptions/{name}.html"
            for name in ("asked", "change", "confirm", "manage", "stop")
        ),
        "needs mail: see test_subscribe.py",
    ),
}
NO_PAGES = {
    "healthz": "JSON",
    "readyz": "JSON",
    "serving": "tiles",
    "viewer_api": "JSON",
    "display": "a form that leads back",
    "set_language": "a form that leads back",
    "robots": "text",
    "sitemap": "XML",
    "sitemap_section": "XML",
    "security_txt": "text",
    "favicon": "a picture",
    "media_image": "a picture",
    "notices/": "leads to the list of notices",
    "plans:record": "JSON",
    "plans:document": "a file",
    "search:suggest": "JSON",
    "policies:feed": "Atom",
    "policies:compare": "leads to a comparison",
    "plans:feed": "Atom",
    "plans:pack_pdf": "a file",
    "plans:pack_zip": "a file",
    "plans:poster": "a file",
    "viewer:release_picture": "a picture",
    "viewer:release_style": "JSON",
    "plans:subscriptions:change": "a form that leads back",
    "viewer:preview": "a picture",
    "viewer:map_png": "a picture",
    "viewer:legend_png": "a picture",
    "viewer:notice_png": "a picture",
    "wagtaildocs_serve": "a file",
    "wagtaildocs_authenticate_with_password": "no document is protected by a password",
    "wagtailcore_authenticate_with_password": "no page is protected by a password",
    "wagtailcore_login": "shut: see tests/portal/staff/test_ways_in.py",
    "_util/login/": "what shuts it",
}


def public_paths() -> dict[str, str]:
    """Name -> address of every page that opens by its address alone."""
    return {name: page.path for name, page in PAGES.items() if page.prepare is None}
