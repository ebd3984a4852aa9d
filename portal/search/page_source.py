"""Pages of editors as documents of search (网站页面), kept true by Wagtail's own signals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models.signals import post_delete
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.signals import page_published, page_unpublished, post_page_move

from portal.search.source import SearchDocument

PAGE = "page"


class PageSource:
    """Public pages below home, of an installation with one site; keys are their numbers.

    A hit is a path. Where several sites share an installation a path leads to a page on one of
    them only, so there pages stay out.
    """

    kind = PAGE
    label = _("网站页面")

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """All of them, or those of ``keys``."""
        from wagtail.models import Site  # noqa: PLC0415 - models are not ready yet

        from portal.core.models import ContentPage  # noqa: PLC0415

        sites = list(Site.objects.select_related("root_page")[:2])
        if len(sites) != 1:
            return
        rows = ContentPage.objects.live().public().descendant_of(sites[0].root_page)
        if keys is not None:
            rows = rows.filter(pk__in=list(keys))
        with translation.override("zh-hans"):
            for page in rows.order_by("path"):
                yield _document(page)


def _document(page: Any) -> SearchDocument:
    bodies = [
        str(text)
        for body in (page.body, page.body_en)
        for text in body.stream_block.get_searchable_content(body)
    ]
    return SearchDocument(
        kind=PAGE,
        key=str(page.pk),
        title=page.title,
        title_en=page.title_en,
        text="\n".join(filter(None, [page.introduction, page.introduction_en, *bodies])),
        url=page.get_url_parts()[2],
        published_on=page.published_on,
    )


def listen() -> None:
    """Follow every publication, withdrawal, move and deletion."""
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(_changed, dispatch_uid="portal.search.pages")
    post_delete.connect(_gone, sender="core.ContentPage", dispatch_uid="portal.search.pages")


def _changed(instance: Any, **_kwargs: Any) -> None:
    """The page, and those below it: their addresses begin with its own."""
    from portal.core.models import ContentPage  # noqa: PLC0415 - models are not ready yet
    from portal.search.refresh import refresh  # noqa: PLC0415

    below = ContentPage.objects.descendant_of(instance, inclusive=True)
    refresh(PAGE, [str(pk) for pk in below.values_list("pk", flat=True)])


def _gone(instance: Any, **_kwargs: Any) -> None:
    from portal.search.refresh import remove  # noqa: PLC0415 - models are not ready yet

    remove(PAGE, [str(instance.pk)])
