"""The index follows its sources: refresh, removal, rebuild, comparison, and readers meanwhile."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from portal.search import rebuild as rebuilding
from portal.search.models import IndexedDocument, IndexState, Posting
from portal.search.postings import CorruptPosting, Postings, decode, encode
from portal.search.rebuild import RebuildRunning, rebuild, verify
from portal.search.refresh import refresh, remove
from portal.search.request import SearchRequest
from portal.search.search import search
from portal.search.source import UnknownKind

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    return [hit.document.key for hit in search(SearchRequest(text=text)).hits]


def test_a_changed_document_is_found_by_its_new_text_only(laws):
    laws["notice"].put("n1", "江湾区公园公示", "绿地的位置。")
    assert refresh("notice", ["n1"]) == 1
    assert found("公园") == ["n1"]
    assert found("地铁") == []


def test_refreshing_what_did_not_change_writes_nothing(laws):
    before = Posting.objects.count()
    assert refresh("article") == 0
    assert refresh("notice", ["n1"]) == 0
    assert Posting.objects.count() == before


def test_a_new_document_is_found_at_once(laws):
    laws["notice"].put("n2", "湿地公园公示")
    refresh("notice", ["n2"])
    assert found("湿地") == ["n2"]
    assert not verify()


def test_a_removed_document_leaves_no_text_in_the_index(laws):
    assert remove("notice", ["n1"]) == 1
    assert found("地铁") == []
    assert not IndexedDocument.objects.filter(title__contains="地铁").exists()
    assert remove("notice", ["n1"]) == 0


def test_a_key_that_the_source_no_longer_yields_is_removed(laws):
    del laws["notice"].every["n1"]
    assert refresh("notice", ["n1", "never"]) == 1
    assert found("地铁") == []


class Undone(Exception):
    pass


def change_and_undo(laws) -> None:
    laws["notice"].put("n3", "海岛公示")
    with transaction.atomic():
        refresh("notice", ["n3"])
        assert found("海岛") == ["n3"]
        raise Undone


def test_the_index_falls_with_the_transaction_of_the_change(laws):
    with pytest.raises(Undone):
        change_and_undo(laws)
    assert found("海岛") == []


def test_a_kind_without_a_source_is_refused(laws):
    with pytest.raises(UnknownKind):
        refresh("nothing")


def test_the_comparison_names_what_is_missing_stale_and_surplus(laws):
    assert not verify()
    laws["notice"].put("new", "新的公示")
    laws["article"].put("t48", "改了的标题")
    del laws["article"].every["s5"]
    difference = verify()
    assert difference.missing == {"notice": ["new"]}
    assert difference.stale == {"article": ["t48"]}
    assert difference.surplus == {"article": ["s5"]}


def test_the_command_counts_and_compares(laws, capsys):
    call_command("search_rebuild", "--words-only")
    assert "article: 5" in capsys.readouterr().out
    call_command("search_rebuild", "--verify")
    laws["notice"].put("new", "新的公示")
    with pytest.raises(CommandError, match="differ"):
        call_command("search_rebuild", "--verify")
    call_command("search_rebuild", "--kind", "notice", "--words-only")
    call_command("search_rebuild", "--verify")


def test_a_rebuild_beside_another_one_is_refused_unless_forced(laws):
    rebuilding._begin(force=False)
    with pytest.raises(RebuildRunning):
        rebuild()
    rebuild(force=True)
    assert IndexState.objects.get().building_at is None


def test_readers_see_the_old_index_until_the_new_one_is_whole(laws, monkeypatch):
    seen = []
    write = rebuilding.write_batch

    def watched(*arguments):
        write(*arguments)
        seen.append(found("地铁"))

    monkeypatch.setattr(rebuilding, "write_batch", watched)
    laws["notice"].put("n9", "第二条地铁公示")
    rebuild()
    assert seen == [["n1"], ["n1"]]
    assert set(found("地铁")) == {"n1", "n9"}


def test_what_changes_during_a_rebuild_is_in_the_new_index(laws, monkeypatch):
    write = rebuilding.write_batch
    done = []

    def changing_meanwhile(*arguments):
        write(*arguments)
        if not done:
            done.append(True)
            laws["article"].put("late", "湖泊保护条例", "湖泊水位。")
            refresh("article", ["late"])
            del laws["article"].every["t48"]
            remove("article", ["t48"])

    monkeypatch.setattr(rebuilding, "write_batch", changing_meanwhile)
    rebuild()
    assert found("湖泊") == ["late"]
    assert "t48" not in found("征收补偿")
    assert not verify()


def test_what_is_published_and_withdrawn_during_a_rebuild_is_not_in_the_new_index(
    laws, monkeypatch
):
    write = rebuilding.write_batch
    batches = []

    def published_before_it_is_read_withdrawn_after(*arguments):
        write(*arguments)
        batches.append(arguments)
        if len(batches) == 1:
            laws["notice"].put("short", "泄露的公示", "不该留下的正文。")
            refresh("notice", ["short"])
        else:
            del laws["notice"].every["short"]
            refresh("notice", ["short"])

    monkeypatch.setattr(rebuilding, "write_batch", published_before_it_is_read_withdrawn_after)
    rebuild()
    assert len(batches) == 2
    assert found("泄露") == []
    assert not IndexedDocument.objects.filter(text__contains="不该留下").exists()
    assert not verify()


def test_a_failed_rebuild_leaves_the_old_index_in_use(laws, monkeypatch):
    def broken(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr(rebuilding, "write_batch", broken)
    with pytest.raises(OSError, match="disk full"):
        rebuild()
    assert found("地铁") == ["n1"]
    monkeypatch.undo()
    assert IndexState.objects.get().building_at is None


def test_a_rebuild_leaves_one_generation_only(laws):
    rebuild()
    rebuild()
    generation = IndexState.objects.get().generation
    for model in (Posting, IndexedDocument):
        assert set(model.objects.values_list("generation", flat=True)) == {generation}


@pytest.mark.parametrize("count", [0, 1, 5, 4000])
def test_postings_come_back_as_they_were(count):
    numbers = np.cumsum(np.arange(count) % 7 + 1).astype(np.uint32)
    ones = np.full(count, 3, np.uint8)
    again = decode(encode(Postings(numbers, ones, ones * 2)))
    assert again.documents.tolist() == numbers.tolist()
    assert again.title.tolist() == ones.tolist()
    assert again.body.tolist() == (ones * 2).tolist()


@pytest.mark.parametrize("data", [b"", b"\x02abcdef", b"\x00abc", b"\x01no deflate"])
def test_damaged_postings_are_recognised(data):
    with pytest.raises(CorruptPosting):
        decode(data)
