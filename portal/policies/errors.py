"""What can be wrong with a text or a file: a stable code, a line, a sentence in both languages."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """Something worth telling about a file that was imported all the same. ``line`` counts from 1."""

    code: str
    zh: str
    en: str
    line: int = 0


class TextProblem(Exception):
    """A file that cannot be imported (无法导入). ``line``: 0 where the whole file is meant."""

    def __init__(self, code: str, zh: str, en: str, line: int = 0) -> None:
        super().__init__(f"{zh} / {en}")
        self.code, self.zh, self.en, self.line = code, zh, en, line

    @property
    def remark(self) -> Remark:
        """The same as a row of the report."""
        return Remark(self.code, self.zh, self.en, self.line)


def empty_file() -> TextProblem:
    return TextProblem("empty", "文件中没有文字", "the file holds no text")


def no_body(line: int) -> TextProblem:
    return TextProblem("no_body", "只有标题，没有正文", "there is a title but no text", line)


def title_too_long(line: int) -> TextProblem:
    return TextProblem(
        "no_title", "找不到标题（首行过长）", "no title found: the first line is too long", line
    )


UNSURE_TERM = Remark(
    "term",
    "正文载明有效期，但无法确定何时届满，请工作人员核定",
    "the text names a term, but not when it is over: settle the day",
)


def term_is_over(day: datetime.date) -> Remark:
    """The term that a text names ended before ``day``; another text may have prolonged it."""
    return Remark(
        "term_over",
        f"正文载明的有效期已届满，自{day.isoformat()}起失效；如已延长，请工作人员核定",
        f"by the term that it names, the text no longer holds since {day.isoformat()}: "
        "settle the day where it was prolonged",
    )
