"""What a reader asks of search, parsed once from the address (检索条件)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

MAX_TYPED = 2_000
MAX_PAGE = 50
_MAX_PAGE_DIGITS = 9


class Validity(TextChoices):
    """Which states of validity are shown (效力)."""

    NOT_ENDED = "", _("现行有效和效力待核实")
    IN_FORCE = "in_force", _("只看现行有效")
    UNVERIFIED = "unverified", _("效力待核实")
    ENDED = "ended", _("已失效或尚未施行")
    ALL = "all", _("全部")


@dataclass(frozen=True)
class SearchRequest:
    """A query with its filters; what makes no sense is as if it had not been given."""

    text: str = ""
    kind: str = ""
    region: str = ""
    local: bool = False
    """Only documents of ``region`` itself and below, not those of the levels above."""
    issuer: str = ""
    on: datetime.date | None = None
    validity: str = Validity.NOT_ENDED
    page: int = 1

    @classmethod
    def from_query(cls, query: QueryDict) -> SearchRequest:
        """Parse an address; nothing in it can raise."""
        validity = query.get("validity", "")
        return cls(
            text=query.get("q", "")[:MAX_TYPED].strip(),
            kind=query.get("kind", "")[:40],
            region=query.get("region", "")[:12],
            local=query.get("local") == "1",
            issuer=query.get("issuer", "")[:200],
            on=_date(query.get("on", "")),
            validity=validity if validity in Validity.values else Validity.NOT_ENDED,
            page=_page(query.get("page", "")),
        )

    @property
    def day(self) -> datetime.date:
        """The day that validity is asked for."""
        return self.on or timezone.localdate()

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the text narrows the hits."""
        return any((self.kind, self.region, self.issuer, self.on, self.validity))

    def address(self, **changed: object) -> str:
        """The query string of this request with some parts changed; page 1 unless given."""
        wanted = replace(self, **{"page": 1, **changed})  # type: ignore[arg-type]
        parts = {
            "q": wanted.text,
            "kind": wanted.kind,
            "region": wanted.region,
            "local": "1" if wanted.local else "",
            "issuer": wanted.issuer,
            "on": wanted.on.isoformat() if wanted.on else "",
            "validity": wanted.validity,
            "page": wanted.page if wanted.page > 1 else "",
        }
        return urlencode({name: value for name, value in parts.items() if value})


def _page(text: str) -> int:
    """From 1 to ``MAX_PAGE``; Python refuses to read numbers of thousands of digits."""
    if not (text.isascii() and text.isdigit()):
        return 1
    return min(max(int(text[:_MAX_PAGE_DIGITS]), 1), MAX_PAGE)


def _date(text: str) -> datetime.date | None:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None
