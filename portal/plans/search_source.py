"""What notices hand to search: the newest public version of each, and the divisions that have any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.search.source import SearchDocument

NOTICE, REGION = "notice", "region"
_CHUNK = 500
_WEIGHT_OF_A_REGION = 0.8
"""A division named like a search word stands below the notice that is about it."""


class NoticeSource:
    """The version in force of each notice that was not withdrawn; keys are the notices' numbers."""

    kind = NOTICE
    label = _("规划公示")

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """All of them, or those of ``keys``."""
        from portal.plans.models import NoticeVersion  # noqa: PLC0415 - models are not ready yet

        rows = NoticeVersion.objects.standing().select_related("notice__region").order_by("pk")
        if keys is not None:
            rows = rows.filter(notice__code__in=list(keys))
        with translation.override("zh-hans"):
            for version in rows.iterator(_CHUNK):
                yield _notice(version)


def _notice(version: Any) -> SearchDocument:
    from portal.plans.difference import paragraphs_of  # noqa: PLC0415 - models are not ready yet

    notice = version.notice
    places = [version.place, notice.region.name, version.reference, notice.code]
    return SearchDocument(
        kind=NOTICE,
        key=notice.code,
        title=version.title,
        title_en=version.title_en,
        heading=str(notice.get_kind_display()),
        text="\n".join(
            filter(None, [version.summary, " ".join(filter(None, places)), *paragraphs_of(version)])
        ),
        url=notice.get_absolute_url(),
        region_code=notice.region_id,
        issuer=version.source,
        published_on=version.published_on,
        aliases=tuple(filter(None, (version.place, notice.code, version.reference))),
    )


class RegionSource:
    """Administrative divisions that have notices or a node here; keys are their codes."""

    kind = REGION
    label = _("行政区划")

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """All of them, or those of ``keys``."""
        from portal.core.regions.models import Region  # noqa: PLC0415 - models are not ready yet
        from portal.plans.models import NoticeVersion  # noqa: PLC0415 - models are not ready yet

        standing = NoticeVersion.objects.standing().values("notice__region")
        rows = Region.objects.filter(Q(code__in=standing) | Q(nodes__isnull=False)).distinct()
        if keys is not None:
            rows = rows.filter(code__in=list(keys))
        with translation.override("zh-hans"):
            for region in rows.order_by("path"):
                yield SearchDocument(
                    kind=REGION,
                    key=region.code,
                    title=region.name,
                    title_en=region.name_en,
                    heading=str(region.get_level_display()),
                    text=region.code,
                    url=f"{reverse('plans:list')}?region={region.code}",
                    region_code=region.code,
                    aliases=(region.code,),
                    weight=_WEIGHT_OF_A_REGION,
                )


SOURCES = (NoticeSource(), RegionSource())
