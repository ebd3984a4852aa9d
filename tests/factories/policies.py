"""Invented regulations, imported by the importer itself."""

from __future__ import annotations

from pathlib import PurePath

from portal.core.regions.enums import RegionLevel
from portal.core.regions.models import NATION_CODE, Region
from portal.policies.candidates import SourceFile
from portal.policies.facts import Setting
from portal.policies.import_texts import import_texts
from portal.policies.models import Edition, Regulation
from portal.policies.report import Report

LAW = """# 示例市绿地管理条例

2019年5月1日 示例市第一届人民代表大会常务委员会第三次会议通过

<!-- INFO END -->

## 第一章 总则

第一条 为了保护绿地，制定本条例。

第二条 本市行政区域内的绿地适用本条例。

绿地包括公园绿地和防护绿地。

## 第二章 保护

第三条 任何单位不得占用绿地。

第四条 违反第三条规定的，由主管部门责令改正。

第五条 本条例自2019年7月1日起施行。
"""


def make_regions() -> tuple[Region, Region]:
    """The nation and an invented province below it."""
    nation, _new = Region.objects.get_or_create(
        code=NATION_CODE, defaults={"name": "全国", "level": RegionLevel.NATION}
    )
    province, _new = Region.objects.get_or_create(
        code="990000",
        defaults={"name": "示例市", "level": RegionLevel.PROVINCE, "parent": nation},
    )
    return nation, province


def source(text: str | bytes, name: str = "条例.md") -> SourceFile:
    """A file of this content."""
    return SourceFile(PurePath(name), text.encode() if isinstance(text, str) else text)


def import_text(
    text: str | bytes = LAW, name: str = "条例.md", region: Region | None = None, kind: str = ""
) -> Report:
    """Import one file; into the invented province unless told otherwise."""
    _nation, province = make_regions()
    return import_texts([source(text, name)], setting=Setting(region=region or province, kind=kind))


def make_regulation(text: str = LAW, name: str = "条例.md", kind: str = "local") -> Regulation:
    """A regulation of one edition."""
    report = import_text(text, name, kind=kind)
    assert report.failed == 0, report.rows
    edition = Edition.objects.get(pk=report.rows[-1].edition)
    return edition.regulation


def law_text(title: str, articles: list[str], history: str = "") -> str:
    """Markdown of a text with these articles, numbered from one."""
    from portal.policies.numerals import numeral_of

    body = "\n\n".join(f"第{numeral_of(n)}条 {text}" for n, text in enumerate(articles, 1))
    return f"# {title}\n\n{history}\n\n<!-- INFO END -->\n\n{body}\n"
