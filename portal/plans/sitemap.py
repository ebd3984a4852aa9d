"""Notices in ``sitemap.xml``: the newest version of each, in both languages."""

from __future__ import annotations

import datetime

from portal.core.sitemaps import NodeSitemap
from portal.plans.models import NoticeVersion
from portal.plans.models.version_queries import VersionQuerySet


class NoticeSitemap(NodeSitemap[NoticeVersion]):
    """All notices in force of the node's division."""

    i18n = True
    alternates = True
    x_default = True
    limit = 5000

    def items(self) -> VersionQuerySet:
        """The newest public version of each notice that was not withdrawn."""
        standing = NoticeVersion.objects.standing().within(self.region).select_related("notice")
        return standing.only("publish_at", "notice__code").order_by("pk")

    def location(self, item: NoticeVersion) -> str:
        """The address of the notice, which always shows the version in force."""
        address: str = item.notice.get_absolute_url()
        return address

    def lastmod(self, item: NoticeVersion) -> datetime.datetime | None:
        """When the version was published."""
        return item.publish_at
