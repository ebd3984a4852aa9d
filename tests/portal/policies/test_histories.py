"""Which day an edition is of: every form in which histories (题注) and file names say so."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from portal.policies.catalogue import name_and_day
from portal.policies.enums import Validity
from portal.policies.models import Edition
from portal.policies.text.days import is_amended, promulgated
from tests.factories.policies import import_text
from tests.portal.policies.library_pages import page

FIRST = "（2007年10月28日第十届全国人民代表大会常务委员会第三十次会议通过"
TWICE_AMENDED = (
    f"{FIRST}　根据2015年4月24日第十二届全国人民代表大会常务委员会第十四次会议第一次修正"
    "　根据2019年4月23日第十三届全国人民代表大会常务委员会第十次会议第二次修正）"
)
ORIGINAL = f"""示例规划法
{FIRST}）
第一条 为了加强规划管理，制定本法。
第二条 规划报国务院审批。
第三条 本法自2008年1月1日起施行。
"""
AMENDED = ORIGINAL.replace(f"{FIRST}）", TWICE_AMENDED).replace("国务院", "省人民政府")


@pytest.mark.parametrize(
    ("history", "day"),
    [
        (TWICE_AMENDED, "2019-04-23"),
        ("（2001年1月1日公布　自2001年3月1日起施行）", "2001-01-01"),
        ("（2001年1月1日通过　2009年5月1日起施行）", "2001-01-01"),
        ("（2001年1月1日公布　2011年1月8日修订　2030年1月1日起废止）", "2011-01-08"),
        ("（2001年1月1日公布　有效期至2030年1月1日）", "2001-01-01"),
        ("2021年3月1日 施行", None),
        ("发布日期：2022-03-15", "2022-03-15"),
        ("二〇〇一年一月一日通过　二〇〇九年五月一日修正", "2009-05-01"),
    ],
)
def test_a_history_in_one_paragraph_names_the_day_of_the_last_amendment(
    history: str, day: str | None
) -> None:
    assert promulgated([history]) == (datetime.date.fromisoformat(day) if day else None)


def test_a_first_day_anywhere_in_a_line_tells_an_amended_text() -> None:
    line = "省人民政府令第9号，2012年5月1日公布；原办法1998年1月1日公布"
    assert is_amended([line], datetime.date(2012, 5, 1))


@pytest.mark.parametrize(
    ("stem", "name", "day"),
    [
        ("城乡规划法(2019-04-23)", "城乡规划法", "2019-04-23"),
        ("城乡规划法（2019-04-23）", "城乡规划法", "2019-04-23"),
        ("中华人民共和国城乡规划法_20190423", "中华人民共和国城乡规划法", "2019-04-23"),
        ("城乡规划法_20191323", "城乡规划法_20191323", None),
        ("报告_12345678", "报告_12345678", None),
        ("城乡规划法", "城乡规划法", None),
    ],
)
def test_file_names_tell_the_day(stem: str, name: str, day: str | None) -> None:
    assert name_and_day(stem) == (name, datetime.date.fromisoformat(day) if day else None)


@pytest.mark.django_db
@pytest.mark.usefixtures("library_site")
def test_an_amended_text_stands_beside_the_one_it_amends(client: Client) -> None:
    for number, text in enumerate((ORIGINAL, AMENDED)):
        assert import_text(text, f"{number}.txt", kind="law").failed == 0
    old, new = Edition.objects.order_by("position")
    assert (old.slug, new.slug) == ("2007-10-28", "2019-04-23")
    shown = page(client, f"{old.regulation.get_absolute_url()}?day=2010-01-01")
    assert "规划报国务院审批" in shown
    assert "以下是 2010-01-01 有效的版本" in shown
    assert "不能作为依据" not in shown
    assert "规划报省人民政府审批" in page(client, old.regulation.get_absolute_url())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "old_state", "new_state"),
    [
        ("2007-12-31", Validity.NOT_YET, Validity.UNKNOWN),
        ("2008-01-01", Validity.IN_FORCE, Validity.UNKNOWN),
        ("2019-04-22", Validity.IN_FORCE, Validity.UNKNOWN),
        ("2019-04-23", Validity.ENDED, Validity.UNKNOWN),
    ],
)
def test_until_the_amendment_was_promulgated_the_older_text_held(
    on: str, old_state: Validity, new_state: Validity
) -> None:
    import_text(ORIGINAL, "a.txt")
    import_text(AMENDED, "b.txt")
    day = datetime.date.fromisoformat(on)
    old, new = Edition.objects.order_by("position")
    assert (old.validity_on(day), new.validity_on(day)) == (old_state, new_state)
    for state, rows in (
        (Validity.IN_FORCE, Edition.objects.in_force_on(day)),
        (Validity.NOT_YET, Edition.objects.not_yet_in_force(day)),
        (Validity.ENDED, Edition.objects.expired(day)),
        (Validity.UNKNOWN, Edition.objects.of_unknown_date(day)),
    ):
        assert set(rows) == {each for each in (old, new) if each.validity_on(day) == state}
