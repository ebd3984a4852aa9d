"""The one family of errors by which an input of the release path is refused."""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """An input was refused; nothing was changed (拒绝).

    Subclasses set ``code``, a stable identifier for machines. The two sentences say what is
    wrong and where; ``mend_zh`` and ``mend_en`` say how to put it right. No value of a refused
    attribute may ever be part of a message: messages end up in logs.
    """

    code: ClassVar[str] = "refused"

    def __init__(
        self, zh: str, en: str, *, where: str = "", mend_zh: str = "", mend_en: str = ""
    ) -> None:
        super().__init__(zh, en)
        self.zh = zh
        self.en = en
        self.where = where
        self.mend_zh = mend_zh
        self.mend_en = mend_en

    def __str__(self) -> str:
        place = f"[{self.where}] " if self.where else ""
        lines = [f"{place}{self.zh} / {self.en}"]
        if self.mend_zh or self.mend_en:
            lines.append(f"{self.mend_zh} / {self.mend_en}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """The refusal for ``--json`` output and for the incident register."""
        return {
            "code": self.code,
            "where": self.where,
            "zh": self.zh,
            "en": self.en,
            "mend_zh": self.mend_zh,
            "mend_en": self.mend_en,
        }
