"""Administrative divisions as documents of search: a place leads to its notices (行政区划)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.search.source import SearchDocument

REGION_WEIGHT = 0.9
_READ_AT_ONCE = 2_000


class RegionSource:
    """Every division in force; its hit leads to the notices of the place."""

    kind = "region"
    label = _("行政区划")

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """All divisions, or those of these codes."""
        from portal.core.regions.models import Region  # noqa: PLC0415 - models are not ready yet

        rows = Region.objects.in_force().exclude(parent=None).order_by("path")
        if keys is not None:
            rows = rows.filter(code__in=list(keys))
        with translation.override("zh-hans"):
            notices = reverse("plans:list")
        names = dict(Region.objects.values_list("code", "name"))
        for region in rows.iterator(_READ_AT_ONCE):
            yield _document(region, names, notices)


def _document(region: Any, names: dict[str, str], notices: str) -> SearchDocument:
    trail = [names[code] for code in region.ancestor_codes if code in names]
    return SearchDocument(
        kind=RegionSource.kind,
        key=region.code,
        title=region.name,
        title_en=region.name_en,
        text=" ".join([*trail, region.code]),
        url=f"{notices}?region={region.code}",
        region_code=region.code,
        weight=REGION_WEIGHT,
    )
