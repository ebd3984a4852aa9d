"""What the library hands to search, and that the index follows every change."""

from __future__ import annotations

import datetime

import pytest

from portal.policies.arrange import arrange
from portal.policies.changes import before_delete
from portal.policies.models import Edition, Question, Regulation
from portal.policies.refresh import editions_changed, explanation_changed
from portal.policies.search_source import ARTICLE, QUESTION, article_key
from portal.search.enums import DocumentStatus
from portal.search.models import IndexedDocument
from portal.search.source import source_of
from tests.factories.policies import LAW, import_text, law_text, make_regions, make_regulation

pytestmark = pytest.mark.django_db


def indexed(kind: str = ARTICLE) -> set[str]:
    return set(IndexedDocument.objects.filter(kind=kind, live=True).values_list("key", flat=True))


def test_every_unit_is_a_document_with_its_place_and_days() -> None:
    edition = make_regulation().editions.get()
    documents = {each.key: each for each in source_of(ARTICLE).documents()}
    assert len(documents) == 5
    third = documents[article_key(edition.pk, "3")]
    assert third.title == "示例市绿地管理条例"
    assert (third.label, third.heading) == ("第三条", "第二章 保护")
    assert third.url == "/policies/shilishilvdiguanlitiaoli/2019-05-01/#art-3"
    assert third.region_code == "990000"
    assert third.effective_from == datetime.date(2019, 7, 1)
    assert third.status == DocumentStatus.IN_FORCE
    assert indexed() == set(documents)


def test_a_text_of_unknown_date_is_handed_in_as_unverified() -> None:
    make_regulation(law_text("无期条例", ["甲。"]))
    (document,) = source_of(ARTICLE).documents()
    assert document.status == DocumentStatus.UNVERIFIED
    row = IndexedDocument.objects.get(kind=ARTICLE, live=True)
    assert row.status_on(datetime.date(2026, 1, 1)) == DocumentStatus.UNVERIFIED


def test_a_replaced_edition_says_when_it_ended() -> None:
    make_regulation()
    text = LAW.replace("2019年5月1日", "2021年1月1日").replace("2019年7月1日", "2021年3月1日")
    import_text(text, kind="local")
    old = Edition.objects.order_by("position")[0]
    documents = source_of(ARTICLE).documents([article_key(old.pk, "1")])
    assert [each.effective_to for each in documents] == [datetime.date(2021, 3, 1)]
    row = IndexedDocument.objects.get(kind=ARTICLE, key=article_key(old.pk, "1"), live=True)
    assert row.status_on(datetime.date(2021, 3, 1)) == DocumentStatus.EXPIRED


def test_a_repeal_reaches_the_index() -> None:
    edition = make_regulation().editions.get()
    Edition.objects.filter(pk=edition.pk).update(repealed=True)
    arrange(edition.regulation_id)
    editions_changed([edition.pk])
    row = IndexedDocument.objects.filter(kind=ARTICLE, live=True)[0]
    assert row.status_on(datetime.date(2026, 1, 1)) == DocumentStatus.REPEALED


def test_an_article_that_a_correction_dropped_leaves_the_index() -> None:
    edition = make_regulation().editions.get()
    shorter = LAW.replace("第四条 违反第三条规定的，由主管部门责令改正。\n\n", "")
    shorter = shorter.replace("第五条", "第四条")
    import_text(shorter)
    assert indexed() == {article_key(edition.pk, str(n)) for n in range(1, 5)}


def test_what_is_deleted_leaves_the_index() -> None:
    regulation = make_regulation()
    before_delete(regulation, actor=None, region=regulation.region)  # type: ignore[arg-type]
    regulation.delete()
    assert indexed() == set()
    assert not Regulation.objects.exists()


def test_questions_are_documents() -> None:
    _nation, province = make_regions()
    question = Question.objects.create(region=province, title="能占用绿地吗？", body="不能。")
    explanation_changed(question)
    (document,) = source_of(QUESTION).documents([str(question.pk), "nonsense", "999"])
    assert document.url == f"/policies/questions/{question.pk}/"
    assert indexed(QUESTION) == {str(question.pk)}


def test_keys_that_are_no_keys_find_nothing() -> None:
    assert list(source_of(ARTICLE).documents(["", "x", "1:", "x:1", "9999:1"])) == []
