"""Title and history (题注) of a regulation, from the lines above its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.policies.errors import empty_file, title_too_long
from portal.policies.text.days import DAY
from portal.policies.text.labels import is_bare_heading, read_article, read_heading, read_item
from portal.policies.text.lines import Line, SourceLines

LONGEST_TITLE = 300
_LOOK_AHEAD = 6
_TITLE_ENDS = re.compile(
    r"(?:法|典|条例|规定|办法|细则|规则|决定|决议|通知|意见|解释|批复|准则|章程|方案|标准|规范|规程|制度|公告|纲要|导则|指南)"
    r"(?:（[^（）]{1,20}）|\([^()]{1,20}\))?$"
)
_HISTORY = re.compile(r"通过|公布|修正|修订|修改|发布|施行|实施|批准|印发|令|号|生效|废止")
_LONGEST_HISTORY = 400


@dataclass(frozen=True)
class Header:
    """Title, volume, history and the lines that are left for the text."""

    title: str
    volume: str
    history: list[str]
    body: list[Line]


def read_header(source: SourceLines) -> Header:
    """Part the header from the text. Raises ``TextProblem`` where there is no title."""
    if source.header is not None:
        return _marked_header(source.header, source.body)
    if not source.body:
        raise empty_file()
    return _found_header(source.body)


def _marked_header(header: list[Line], body: list[Line]) -> Header:
    """A header that the source itself parts from the text."""
    titles = [line for line in header if line.level == 1] or header[:1]
    if not titles:
        raise empty_file()
    history = [line.text for line in header if line not in titles]
    volume = titles[1].text if len(titles) > 1 else ""
    return Header(_checked(titles[0]), volume, history, body)


def _found_header(lines: list[Line]) -> Header:
    """The title is the first marked heading, or the first line near the top that ends like one."""
    top = lines[:_LOOK_AHEAD]
    first_text = next((n for n, line in enumerate(top) if _is_text(line)), len(top))
    candidates = top[: max(1, first_text)]
    place = next((n for n, line in enumerate(candidates) if line.level == 1), None)
    if place is None:
        place = next((n for n, line in enumerate(candidates) if _is_title(line.text)), 0)
    title = _checked(lines[place])
    history = [line.text for line in lines[:place]]
    rest = place + 1
    while rest < len(lines) and _is_history(lines[rest], history):
        history.append(lines[rest].text)
        rest += 1
    return Header(title, "", history, lines[rest:])


def _checked(line: Line) -> str:
    if len(line.text) > LONGEST_TITLE:
        raise title_too_long(line.number)
    return " ".join(line.text.split())


def _is_title(text: str) -> bool:
    return len(text) <= LONGEST_TITLE and bool(_TITLE_ENDS.search(text)) and not DAY.search(text)


def _is_text(line: Line) -> bool:
    """Whether the text itself has begun."""
    text = line.text
    return (
        line.level > 1
        or read_article(text) is not None
        or read_heading(text) is not None
        or read_item(text) is not None
        or is_bare_heading(text)
    )


def _is_history(line: Line, before: list[str]) -> bool:
    if _is_text(line) or line.level or len(line.text) > _LONGEST_HISTORY:
        return False
    if before and before[-1].count("（") > before[-1].count("）"):
        return True  # the bracket that holds the history is still open
    opens = line.text.startswith(("（", "("))
    return (opens or bool(DAY.search(line.text))) and bool(_HISTORY.search(line.text))
