"""The importer: what it stores, what it refuses, and that a second time changes nothing."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.core.audit.models import AuditEvent
from portal.policies.arrange import arrange
from portal.policies.enums import DateBasis, UnitKind, Validity
from portal.policies.facts import Setting
from portal.policies.import_texts import import_texts
from portal.policies.models import Article, Edition, ImportRun, Part, Regulation
from portal.policies.report import Report, RowState
from tests.factories import documents
from tests.factories.policies import (
    LAW,
    import_text,
    law_text,
    make_regions,
    make_regulation,
    source,
)

pytestmark = pytest.mark.django_db


def codes(report: Report) -> list[str]:
    return [row.code for row in report.rows if row.state == RowState.FAILED]


def test_a_text_becomes_regulation_edition_and_articles() -> None:
    regulation = make_regulation()
    edition = regulation.editions.get()
    assert regulation.slug == "shilishilvdiguanlitiaoli"
    assert regulation.issuer == "示例市人民代表大会常务委员会"
    assert edition.promulgated_on == datetime.date(2019, 5, 1)
    assert edition.in_force_from == datetime.date(2019, 7, 1)
    assert edition.basis == DateBasis.TEXT
    assert edition.article_count == 5
    assert [part.heading for part in edition.parts.all()] == ["第一章 总则", "第二章 保护"]
    third = edition.articles.get(anchor="3")
    assert third.part is not None
    assert third.part.label == "第二章"
    assert edition.sources.get().file_name == "条例.md"


def test_headings_and_units_share_one_order() -> None:
    edition = make_regulation().editions.get()
    positions = [*edition.parts.values_list("position", flat=True)]
    positions += edition.articles.values_list("position", flat=True)
    assert sorted(positions) == list(range(1, 8))


def test_importing_twice_changes_nothing() -> None:
    import_text()
    before = (Edition.objects.values().get(), list(Article.objects.values()))
    report = import_text()
    assert [row.state for row in report.rows] == [RowState.UNCHANGED]
    assert (Edition.objects.values().get(), list(Article.objects.values())) == before


def test_the_same_text_in_another_format_changes_nothing() -> None:
    import_text()
    lines = [line.lstrip("# ") for line in LAW.split("\n") if line and "<!--" not in line]
    report = import_text(documents.word_file(lines), "条例.docx")
    assert [row.state for row in report.rows] == [RowState.UNCHANGED]


def test_a_corrected_text_of_the_same_day_replaces_the_old_one() -> None:
    import_text()
    report = import_text(LAW.replace("防护绿地", "防护绿地、广场绿地"))
    assert [row.state for row in report.rows] == [RowState.CHANGED]
    assert Edition.objects.count() == 1
    assert "广场绿地" in Article.objects.get(anchor="2").text


def test_good_files_go_in_and_bad_ones_are_listed() -> None:
    make_regions()
    _nation, province = make_regions()
    files = [
        source(LAW),
        source(b"\x00", "坏.bin"),
        source("", "空.txt"),
        source("只有标题", "标题.txt"),
    ]
    report = import_texts(files, setting=Setting(region=province))
    assert codes(report) == ["unknown_format", "empty", "no_body"]
    assert all(row.zh and row.en for row in report.rows if row.state == RowState.FAILED)
    assert Regulation.objects.count() == 1


def test_a_file_with_control_characters_is_refused_and_the_others_go_in() -> None:
    _nation, province = make_regions()
    files = [source(documents.latin_pdf(b"Rules on\x00green spaces"), "坏.pdf"), source(LAW)]
    report = import_texts(files, setting=Setting(region=province))
    assert codes(report) == ["controls"]
    assert Regulation.objects.count() == 1


def test_two_texts_of_one_name_and_day_in_one_run_are_not_mixed() -> None:
    _nation, province = make_regions()
    files = [source(LAW, "a.md"), source(LAW.replace("公园绿地", "公园"), "b.md")]
    report = import_texts(files, setting=Setting(region=province))
    assert codes(report) == ["same_day"]
    assert Edition.objects.count() == 1


def test_one_name_in_two_regions_is_two_regulations() -> None:
    nation, province = make_regions()
    import_text(region=province)
    import_text(region=nation)
    assert Regulation.objects.count() == 2
    assert Regulation.objects.values("slug").distinct().count() == 2


def test_a_dry_run_reports_and_stores_nothing() -> None:
    _nation, province = make_regions()
    report = import_texts([source(LAW)], setting=Setting(region=province), dry_run=True)
    assert report.count(RowState.ADDED) == 1
    assert not Regulation.objects.exists()
    assert not ImportRun.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_run_is_kept_and_recorded() -> None:
    import_text()
    run = ImportRun.objects.get()
    assert (run.added, run.failed) == (1, 0)
    assert run.report["files"][0]["file"] == "条例.md"
    assert AuditEvent.objects.get().action == "policy.imported"


def test_without_divisions_every_national_text_is_refused_with_the_reason() -> None:
    report = import_texts([source(LAW)])
    assert codes(report) == ["no_regions"]


# -- editions


def edition_of(day: str, start: str, text: str = "保护绿地。") -> str:
    return law_text(
        "示例条例",
        [f"{text}{day}", f"本条例自{start}起施行。"],
        f"{day} 示例市人民代表大会常务委员会修订",
    )


def two_editions() -> tuple[Edition, Edition]:
    import_text(edition_of("2015年1月1日", "2015年3月1日"))
    import_text(edition_of("2020年6月1日", "2020年9月1日"))
    old, new = Edition.objects.order_by("position")
    return old, new


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("on", "old_state", "new_state"),
    [
        ("2015-02-28", Validity.NOT_YET, Validity.NOT_YET),
        ("2015-03-01", Validity.IN_FORCE, Validity.NOT_YET),
        ("2020-08-31", Validity.IN_FORCE, Validity.NOT_YET),
        ("2020-09-01", Validity.ENDED, Validity.IN_FORCE),
    ],
)
def test_an_edition_ends_on_the_day_the_next_begins(
    on: str, old_state: Validity, new_state: Validity
) -> None:
    old, new = two_editions()
    assert (old.validity_on(day(on)), new.validity_on(day(on))) == (old_state, new_state)
    for state, rows in (
        (Validity.IN_FORCE, Edition.objects.in_force_on(day(on))),
        (Validity.NOT_YET, Edition.objects.not_yet_in_force(day(on))),
        (Validity.ENDED, Edition.objects.expired(day(on))),
    ):
        expected = {each.pk for each in (old, new) if each.validity_on(day(on)) == state}
        assert set(rows.values_list("pk", flat=True)) == expected


def test_the_order_of_import_does_not_matter() -> None:
    import_text(edition_of("2020年6月1日", "2020年9月1日"))
    import_text(edition_of("2015年1月1日", "2015年3月1日"))
    old, new = Edition.objects.order_by("position")
    assert old.in_force_to == new.in_force_from == day("2020-09-01")
    assert new.in_force_to is None


def test_a_replaced_edition_has_ended_even_where_nobody_knows_since_when() -> None:
    import_text(edition_of("2015年1月1日", "2015年3月1日"))
    import_text(law_text("示例条例", ["新的内容。"], "2020年6月1日 示例市人民代表大会修订"))
    old, new = Edition.objects.order_by("position")
    assert new.validity_on(day("2021-01-01")) == Validity.UNKNOWN
    assert old.validity_on(day("2021-01-01")) == Validity.ENDED
    assert not Edition.objects.in_force_on(day("2021-01-01")).exists()


def test_an_edition_replaced_before_its_first_day_was_never_in_force() -> None:
    import_text(edition_of("2015年1月1日", "2015年9月1日"))
    import_text(edition_of("2015年3月1日", "2015年5月1日"))
    old, new = Edition.objects.order_by("position")
    for on in ("2015-04-01", "2015-06-01", "2015-10-01"):
        assert old.validity_on(day(on)) == Validity.ENDED
        assert not Edition.objects.in_force_on(day(on)).filter(pk=old.pk).exists()
        assert not Edition.objects.not_yet_in_force(day(on)).filter(pk=old.pk).exists()
        assert Edition.objects.expired(day(on)).filter(pk=old.pk).exists()
    assert new.validity_on(day("2015-06-01")) == Validity.IN_FORCE


@pytest.mark.parametrize("repealed_on", [None, "2018-01-01"])
def test_a_repealed_edition_is_not_in_force(repealed_on: str | None) -> None:
    edition = make_regulation(edition_of("2015年1月1日", "2015年3月1日")).editions.get()
    edition.repealed = True
    edition.repealed_on = day(repealed_on) if repealed_on else None
    edition.save()
    arrange(edition.regulation_id)
    edition.refresh_from_db()
    assert edition.validity_on(day("2018-01-01")) == Validity.ENDED
    before = edition.validity_on(day("2017-12-31"))
    assert before == (Validity.IN_FORCE if repealed_on else Validity.ENDED)
    assert set(Edition.objects.in_force_on(day("2017-12-31"))) == (
        {edition} if repealed_on else set()
    )


@pytest.mark.parametrize(
    ("begins", "ends"), [("2999年9月1日", None), ("2020年9月1日", "2020-09-01")]
)
def test_what_is_repealed_is_not_brought_back_by_a_successor_that_is_yet_to_begin(
    begins: str, ends: str | None
) -> None:
    edition = make_regulation(edition_of("2015年1月1日", "2015年3月1日")).editions.get()
    Edition.objects.filter(pk=edition.pk).update(repealed=True, ended=True)
    import_text(edition_of("2020年6月1日", begins))
    edition.refresh_from_db()
    assert (edition.in_force_to, edition.ended) == (day(ends) if ends else None, not ends)
    assert edition.validity_on(timezone.localdate()) == Validity.ENDED
    assert edition not in Edition.objects.in_force_on(timezone.localdate())


def test_regulations_and_editions_agree_on_every_state_and_day() -> None:
    two_editions()
    import_text(law_text("无期条例", ["甲。"]))
    for on in ("2014-01-01", "2015-03-01", "2020-09-01", "2030-01-01"):
        for regulation in Regulation.objects.prefetch_related("editions"):
            states = [
                state
                for state in Validity
                if Regulation.objects.standing(state, day(on)).filter(pk=regulation.pk).exists()
            ]
            assert states == [regulation.validity_on(day(on))]


def test_dates_that_staff_have_settled_survive_an_import() -> None:
    edition = make_regulation().editions.get()
    edition.in_force_from, edition.basis = day("2019-08-08"), DateBasis.STAFF
    edition.save()
    import_text()
    edition.refresh_from_db()
    assert edition.in_force_from == day("2019-08-08")


@pytest.mark.parametrize(
    ("history", "last", "start", "basis"),
    [
        (
            "2019年5月1日 某会议通过",
            "本条例自公布之日起施行。",
            "2019-05-01",
            DateBasis.PROMULGATION,
        ),
        (
            "2019年5月1日 某会议通过",
            "本条例自二〇一九年七月一日起施行。",
            "2019-07-01",
            DateBasis.TEXT,
        ),
        (
            "2019年5月1日 某会议通过\n\n2019年8月1日 施行",
            "本条例自2019年7月1日起施行。",
            "2019-08-01",
            DateBasis.HISTORY,
        ),
        # The text still prints the first day of the first edition.
        (
            "2001年5月1日 通过\n\n2019年5月1日 修正",
            "本条例自2001年7月1日起施行。",
            None,
            DateBasis.UNKNOWN,
        ),
        (
            "2001年5月1日 通过\n\n2019年5月1日 修正",
            "本条例自公布之日起施行。",
            None,
            DateBasis.UNKNOWN,
        ),
        ("", "本条例自公布之日起施行。", None, DateBasis.UNKNOWN),
        ("2019年5月1日 某会议通过", "没有施行条款。", None, DateBasis.UNKNOWN),
        ("2019年5月1日 某会议通过", "本条例自2019年2月30日起施行。", None, DateBasis.UNKNOWN),
    ],
)
def test_the_first_day_in_force_is_read_or_honestly_unknown(
    history: str, last: str, start: str | None, basis: DateBasis
) -> None:
    edition = make_regulation(law_text("示例条例", ["甲。", last], history)).editions.get()
    assert edition.in_force_from == (day(start) if start else None)
    assert edition.basis == basis
    state = edition.validity_on(day("2026-01-01"))
    assert state == (Validity.IN_FORCE if start else Validity.UNKNOWN)


# -- volumes


def volume(name: str, articles: str) -> str:
    return f"# 示例法典\n\n# {name}\n\n2020年5月1日 通过\n\n<!-- INFO END -->\n\n{articles}\n"


def test_the_volumes_of_a_code_become_one_text() -> None:
    _nation, province = make_regions()
    files = [
        source(volume("第二编", "第三条 丙。"), "b.md"),
        source(volume("第一编", "第一条 甲。\n\n第二条 乙。"), "a.md"),
    ]
    report = import_texts(files, setting=Setting(region=province))
    edition = Edition.objects.get()
    assert [each.file_name for each in edition.sources.all()] == ["a.md", "b.md"]
    assert [each.anchor for each in edition.articles.all()] == ["1", "2", "3"]
    assert report.articles == 3
    again = import_texts(files[:1], setting=Setting(region=province))
    assert codes(again) == ["volume"]
    assert Edition.objects.get().article_count == 3


# -- the database refuses what must not be


def test_the_database_keeps_its_rules() -> None:
    edition = make_regulation().editions.get()
    bad = [
        lambda: Edition.objects.filter(pk=edition.pk).update(in_force_to=day("2001-01-01")),
        lambda: Edition.objects.filter(pk=edition.pk).update(basis=DateBasis.UNKNOWN),
        lambda: Article.objects.filter(anchor="1").update(anchor="2"),
        lambda: Article.objects.filter(anchor="1").update(number=None),
        lambda: Article.objects.filter(anchor="1").update(kind=UnitKind.PARAGRAPH),
        lambda: Part.objects.update(position=1),
        lambda: Edition.objects.create(
            regulation=edition.regulation, slug="x", promulgated_on=edition.promulgated_on
        ),
        lambda: Regulation.objects.create(
            title="示例市 绿地管理条例", kind="local", region=edition.regulation.region
        ),
    ]
    for change in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# -- the command


def test_the_command_reports_and_its_exit_code_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_regions()
    (tmp_path / "好.md").write_text(LAW, "utf-8")
    call_command("import_policies", tmp_path, region="990000", json=True)
    assert json.loads(capsys.readouterr().out)["counts"]["added"] == 1
    (tmp_path / "坏.txt").write_bytes(b"\x00\x01")
    with pytest.raises(CommandError, match="1 个文件未导入") as problem:
        call_command("import_policies", tmp_path, region="990000")
    assert problem.value.returncode == 1
    assert "坏.txt" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"region": "123456"}, "没有区划代码"),
        ({"meta": [Path("/nowhere.sqlite3")]}, "元数据无法读取"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(
    tmp_path: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("import_policies", tmp_path, **options)


def test_metadata_that_are_no_database_are_refused(tmp_path: Path) -> None:
    (tmp_path / "meta.sqlite3").write_text("no database")
    with pytest.raises(CommandError, match="元数据无法读取"):
        call_command("import_policies", tmp_path, meta=[tmp_path / "meta.sqlite3"])
