"""What an import did, file by file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.policies.errors import Remark


class RowState(TextChoices):
    """What became of a file; a remark stands beside the row of its file."""

    ADDED = "added", _("新增")
    CHANGED = "changed", _("更新")
    UNCHANGED = "unchanged", _("未变")
    FAILED = "failed", _("失败")
    REMARK = "remark", _("提示")


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    file: str
    state: RowState
    line: int = 0
    code: str = ""
    zh: str = ""
    en: str = ""
    title: str = ""
    articles: int = 0
    edition: int | None = None


@dataclass
class Report:
    """All rows; the editions whose text or days changed; keys of search that texts lost."""

    rows: list[Row] = field(default_factory=list)
    changed_editions: list[int] = field(default_factory=list)
    replaced_keys: list[str] = field(default_factory=list)
    run: int | None = None
    """The record of the run, where one was kept."""

    def count(self, state: RowState) -> int:
        """How many files ended in ``state``."""
        return sum(row.state == state for row in self.rows)

    def counts(self) -> dict[str, int]:
        """How many rows there are of each state."""
        return {state.value: self.count(state) for state in RowState}

    @property
    def failed(self) -> int:
        """Files that were not imported."""
        return self.count(RowState.FAILED)

    @property
    def articles(self) -> int:
        """Articles (第N条) of all files that are in the library now."""
        return sum(row.articles for row in self.rows)

    def fail(self, file: str, remark: Remark) -> None:
        """A file that cannot be imported."""
        self._note(file, RowState.FAILED, remark)

    def remark(self, file: str, remark: Remark) -> None:
        """Something odd in a file that was imported."""
        self._note(file, RowState.REMARK, remark)

    def _note(self, file: str, state: RowState, remark: Remark) -> None:
        self.rows.append(
            Row(file, state, line=remark.line, code=remark.code, zh=remark.zh, en=remark.en)
        )

    def as_json(self) -> dict[str, Any]:
        """For ``--json`` and for the record of the run."""
        counts = {state.value: self.count(state) for state in RowState}
        return {
            "counts": counts,
            "articles": self.articles,
            "files": [asdict(r) for r in self.rows],
        }
