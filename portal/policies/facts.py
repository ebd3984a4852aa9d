"""What kind of text it is, who made it, where and since when it holds: from all that is known."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import PurePath

from django.utils import timezone

from portal.core.regions.enums import RegionLevel
from portal.core.regions.models import NATION_CODE, Region
from portal.policies.catalogue import Catalogue, Entry, name_and_day
from portal.policies.enums import DateBasis, RegulationKind
from portal.policies.errors import UNSURE_TERM, Remark, TextProblem, term_is_over
from portal.policies.text.days import Start, promulgated, start_in_history, start_in_text
from portal.policies.text.parsed import ParsedText
from portal.policies.text.terms import Term, term_in_text

_KINDS = {
    "宪法": RegulationKind.CONSTITUTION,
    "法律": RegulationKind.LAW,
    "行政法规": RegulationKind.STATE_COUNCIL,
    "地方性法规": RegulationKind.LOCAL,
    "司法解释": RegulationKind.INTERPRETATION,
    "部门规章": RegulationKind.DEPARTMENT_RULE,
    "地方政府规章": RegulationKind.LOCAL_RULE,
    "规范性文件": RegulationKind.NORMATIVE,
    "案例": RegulationKind.CASE,
    "其他": RegulationKind.OTHER,
}
_LAW_TOPICS = frozenset(
    {"宪法相关法", "民法典", "民法商法", "行政法", "经济法", "社会法", "刑法", "诉讼与非诉讼程序法"}
)
_PROVINCE_ENDS = ("省", "市", "自治区", "特别行政区")
# The longest first: the standing committee before the congress.
_ISSUERS = (
    "全国人民代表大会常务委员会",
    "全国人民代表大会",
    "国务院、中央军事委员会",
    "国务院",
    "中央军事委员会",
    "最高人民法院、最高人民检察院",
    "最高人民法院",
    "最高人民检察院",
)
_LOCAL_CONGRESS = re.compile(
    r"([\u4e00-\u9fff]{2,12}?(?:省|市|自治区|自治州|自治县|县|区))(?:第.{1,6}届)?人民代表大会(常务委员会)?"
)
_MINISTRY = re.compile(
    r"([\u4e00-\u9fff]{2,20}?(?:部|委员会|总局|总署|管理局|银行))(?:公布|发布|令)"
)
_LAST_PARAGRAPHS = 40


@dataclass(frozen=True)
class Setting:
    """What the person who imports states for all files; empty: found out for each."""

    region: Region | None = None
    kind: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class Facts:
    """What is stored beside the text. ``start`` without a day: not known since when."""

    kind: RegulationKind
    region: Region
    issuer: str
    topic: str
    promulgated_on: datetime.date | None
    start: Start
    term: Term
    repealed: bool

    @property
    def remarks(self) -> list[Remark]:
        """What an official should look at."""
        if self.term.unsure:
            return [UNSURE_TERM]
        day = self.term.ends_on
        return [term_is_over(day)] if day and day <= timezone.localdate() else []


class Regions:
    """The divisions that texts of a run belong to; each looked up once."""

    def __init__(self) -> None:
        self._provinces: dict[str, Region] | None = None
        self._nation: Region | None = None

    def nation(self) -> Region:
        """The whole country. Raises ``TextProblem`` where no divisions were loaded."""
        if self._nation is None:
            self._nation = Region.objects.filter(code=NATION_CODE).first()
        if self._nation is None:
            raise TextProblem(
                "no_regions",
                "行政区划尚未载入，请先运行 load_regions",
                "no administrative divisions: run load_regions first",
            )
        return self._nation

    def province(self, name: str) -> Region:
        """The province that a folder names: 北京 or 北京市."""
        if self._provinces is None:
            found = Region.objects.in_force().filter(level=RegionLevel.PROVINCE)
            self._provinces = {_plain(region.name): region for region in found}
        region = self._provinces.get(_plain(name))
        if region is None:
            raise TextProblem(
                "unknown_region",
                f"不知道“{name}”属于哪个行政区划，请用 --region 指明",
                f"no division is named {name!r}: give it with --region",
            )
        return region


def _plain(name: str) -> str:
    for end in _PROVINCE_ENDS:
        if len(name) > len(end) + 1 and name.endswith(end):
            return name.removesuffix(end)
    return name


def find_facts(
    path: PurePath, text: ParsedText, catalogue: Catalogue, setting: Setting, regions: Regions
) -> Facts:
    """What is known of the text of ``path``. Raises ``TextProblem`` for an unknown region."""
    entry = catalogue.find(path.stem)
    folders = list(path.parts[:-1])
    kind, topic = _kind_and_topic(entry, folders, setting)
    region = setting.region or _region(entry, folders, kind, regions)
    since = _promulgated(path, text, entry)
    start = _start(text, entry, since)
    return Facts(
        kind=kind,
        region=region,
        issuer=setting.issuer or _issuer(text, kind, region),
        topic=topic,
        promulgated_on=since,
        start=start,
        term=term_in_text(_last_paragraphs(text), text.history, since, start),
        repealed=bool(entry and entry.expired),
    )


def _kind_and_topic(
    entry: Entry | None, folders: list[str], setting: Setting
) -> tuple[RegulationKind, str]:
    names = entry.folder.split("/") if entry else folders
    topic = next((name for name in reversed(names) if name in _LAW_TOPICS), "")
    if setting.kind:
        return RegulationKind(setting.kind), topic
    level = entry.level if entry else next((n for n in reversed(names) if n in _KINDS), "")
    if topic and level not in _KINDS:
        level = "法律"
    kind = _KINDS.get(level, RegulationKind.OTHER)
    if "宪法" in names:
        return RegulationKind.CONSTITUTION, ""
    if kind in {RegulationKind.CASE, RegulationKind.DEPARTMENT_RULE} and names[-1] not in _KINDS:
        topic = names[-1]
    return kind, topic


def _region(
    entry: Entry | None, folders: list[str], kind: RegulationKind, regions: Regions
) -> Region:
    if kind in {RegulationKind.LOCAL, RegulationKind.LOCAL_RULE}:
        names = entry.folder.split("/") if entry else folders
        return regions.province(names[-1] if names else "")
    return regions.nation()


def _promulgated(path: PurePath, text: ParsedText, entry: Entry | None) -> datetime.date | None:
    """File name, metadata, history, in this order."""
    _name, day = name_and_day(path.stem)
    return day or (entry.published if entry else None) or promulgated(text.history)


def _start(text: ParsedText, entry: Entry | None, since: datetime.date | None) -> Start:
    if entry and entry.valid_from:
        return Start(entry.valid_from, DateBasis.METADATA)
    start = start_in_history(text.history, since)
    if start.day:
        return start
    return start_in_text(_last_paragraphs(text), text.history, since)


def _last_paragraphs(text: ParsedText) -> list[str]:
    return [each for unit in text.units[-_LAST_PARAGRAPHS:] for each in unit.paragraphs]


def _issuer(text: ParsedText, kind: RegulationKind, region: Region) -> str:
    """Named by the history; else by the title; else by the rank itself, where it has one maker."""
    if kind == RegulationKind.CASE:
        return ""
    for line in (*text.history, text.title):
        squeezed = "".join(line.split())
        local = _LOCAL_CONGRESS.search(squeezed)
        if kind in {RegulationKind.LOCAL, RegulationKind.LOCAL_RULE} and local:
            return f"{region.name}人民代表大会{local[2] or ''}"
        found = [name for name in _ISSUERS if name in squeezed]
        if found and kind not in {RegulationKind.LOCAL, RegulationKind.LOCAL_RULE}:
            return found[0]
        ministry = _MINISTRY.search(squeezed)
        if kind == RegulationKind.DEPARTMENT_RULE and ministry:
            return re.sub(r"^.*?日", "", ministry[1]).removeprefix("中华人民共和国")
    return "国务院" if kind == RegulationKind.STATE_COUNCIL else ""
