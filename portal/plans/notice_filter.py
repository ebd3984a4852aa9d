"""What a reader asks the list of notices for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from portal.plans.enums import NoticeKind, NoticeStatus


@dataclass(frozen=True)
class NoticeFilter:
    """A kind and a status; the empty string means all."""

    kind: str = ""
    status: str = ""

    kinds = NoticeKind.choices
    statuses = NoticeStatus.choices

    @classmethod
    def from_query(cls, query: QueryDict) -> NoticeFilter:
        """Read ``?kind=&status=``; a value that does not exist means all."""
        kind, status = query.get("kind", ""), query.get("status", "")
        return cls(
            kind=kind if kind in NoticeKind.values else "",
            status=status if status in NoticeStatus.values else "",
        )

    def as_query(self) -> str:
        """The filter as a query, for the links between pages."""
        return urlencode({name: value for name, value in self._pairs() if value})

    def _pairs(self) -> list[tuple[str, str]]:
        return [("kind", self.kind), ("status", self.status)]
