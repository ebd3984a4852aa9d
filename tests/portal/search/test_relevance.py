"""The order of hits over the whole corpus of real laws, against labels by people (relevance.tsv).

The floors are what was measured when they were written, less a margin of 0.02, so that a change for
the worse fails; docs/search.md says how far they are from the goal and why. Half of the labels was
used for tuning ("dev"), the other half never was ("test"): the floor holds for each by itself.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.test import override_settings

from portal.search import source as registry
from portal.search import vectors
from portal.search.analyse import passage_of
from portal.search.ask import answer
from portal.search.columns import columns_of
from portal.search.lock import current_state
from portal.search.meaning import model, readiness
from portal.search.rebuild import rebuild
from portal.search.request import SearchRequest
from portal.search.search import Hit, search
from tests.portal.search.law_corpus import LawSource
from tests.portal.search.relevance import Labelled, Measured, measure, read_labels

pytestmark = [pytest.mark.data, pytest.mark.slow]

FLOOR = {"dev": 0.739, "test": 0.738}
REFERENCE = {"dev": 0.759, "test": 0.758}
"""nDCG@10 of either database; both are held against it, so they are within 0.02 of each other."""
BETWEEN_DATABASES = 0.01
NOTHING_FOUND = 0.05
P95_SECONDS = 0.150
GAIN_BY_MEANING = 0.01
FLOOR_WITH_MEANING = 0.733
"""Of the sampled queries with vectors of what they find first: 0.753 less the margin."""
EMBEDDED_HITS, SAMPLE = 30, 4
ANSWERED, GOOD, WRONG = 80, 0.9, 1
"""The question box by words: of the longer queries so many are answered at least, such a share of
the answers has a passage of grade 2 or 3, and at most so many of the questions below get one."""
NO_LAW_ANSWERS = (
    "红烧肉怎么做才好吃",
    "明天会不会下雨",
    "手机屏幕碎了去哪里修",
    "哪支球队得了世界杯冠军",
    "感冒了吃什么药好得快",
    "怎样学会弹钢琴",
    "去海边旅游带什么东西",
    "猫不吃东西怎么办",
    "这首歌是谁唱的",
    "电脑开机黑屏怎么处理",
    "孩子数学成绩不好怎么补习",
    "怎么减肥最有效",
    "相机镜头怎么选",
    "高铁上能不能充电",
    "月亮离地球有多远",
    "怎么写一封情书",
    "股票明天会涨吗",
    "咖啡和茶哪个提神",
    "跑步膝盖疼怎么缓解",
    "外星人存在吗",
)
LABELS = read_labels()


@pytest.fixture(scope="module")
def corpus(shared_data: Path, module_transaction: None) -> Iterator[LawSource]:
    """The whole corpus, indexed; taken back at the end."""
    laws = LawSource(shared_data / "05-laws")
    kept = dict(registry._sources)
    registry._sources.clear()
    registry.register(laws)
    with override_settings(SEARCH_SEMANTIC=False):
        rebuild(force=True)
        yield laws
    registry._sources.clear()
    registry._sources.update(kept)


@pytest.fixture(scope="module")
def measured(corpus: LawSource) -> dict[str, Measured]:
    def names(query: str) -> list[str]:
        hits = search(SearchRequest(text=query)).hits
        return [corpus.names[hit.document.key] for hit in hits]

    halves = {half: [label for label in LABELS if label.half == half] for half in FLOOR}
    return {half: measure(labels, names) for half, labels in halves.items()}


@pytest.mark.parametrize("half", FLOOR)
def test_the_order_of_hits_is_as_good_as_it_was(measured, half):
    print(f"{connection.vendor} {half}: {measured[half].ndcg:.4f} {dict(measured[half].by_kind)}")
    assert measured[half].ndcg >= FLOOR[half]


@pytest.mark.parametrize("half", FLOOR)
def test_this_database_orders_hits_as_the_other_one_does(measured, half):
    assert abs(measured[half].ndcg - REFERENCE[half]) <= BETWEEN_DATABASES


def test_hardly_any_query_finds_nothing(measured):
    assert statistics.mean(half.nothing for half in measured.values()) <= NOTHING_FOUND


def embed_first_hits(labels: Sequence[Labelled]) -> None:
    """Vectors of what search by words finds first: embedding all takes over an hour of one core.

    They belong to texts, so what one database embedded serves the other.
    """
    found = {
        hit.document.pk: hit.document
        for label in labels
        for hit in search(SearchRequest(text=label.query), size=EMBEDDED_HITS).hits
    }
    rows = list(found.values())
    if {row.passage for row in rows} <= set(vectors.load()["key"].tolist()):
        return
    embedded = np.asarray(model().passage([passage_of(row) for row in rows]), np.float32)
    vectors.save(vectors.quantised((row.passage for row in rows), embedded))


def test_meaning_improves_the_order_of_hits(corpus: LawSource, measured, settings, tmp_path):
    """On a quarter of the longer queries, or on all of them where vectors of the corpus are kept."""
    folder = os.environ.get("PORTAL_TEST_VECTORS")
    labels = [label for label in LABELS if label.kind in {"phrase", "question"}]
    if not folder:
        labels = labels[::SAMPLE]
    kept = os.environ.get("TEST_VECTORS_FOLDER")
    settings.SEARCH_DIR, settings.SEARCH_SEMANTIC = Path(folder or kept or tmp_path), True
    if not folder:
        embed_first_hits(labels)
    assert readiness(columns_of(current_state())).available

    def names(query: str) -> list[str]:
        return [corpus.names[h.document.key] for h in search(SearchRequest(text=query)).hits]

    words_alone = {**measured["dev"].each, **measured["test"].each}
    before = statistics.mean(words_alone[label.query] for label in labels)
    fused = measure(labels, names)
    print(f"words {before:.4f}, with meaning {fused.ndcg:.4f} on {len(labels)} queries")
    assert fused.ndcg >= before + GAIN_BY_MEANING
    if not folder:
        assert fused.ndcg >= FLOOR_WITH_MEANING


def test_the_question_box_answers_with_good_passages_or_not_at_all(corpus: LawSource):
    asked = [label for label in LABELS if label.kind in {"phrase", "question"}]
    answered = {label.query: answer(label.query).passages for label in asked}
    given = [label for label in asked if answered[label.query]]
    good = [label for label in given if _is_good(corpus, label, answered[label.query])]
    wrong = [question for question in NO_LAW_ANSWERS if answer(question).passages]
    print(f"{len(given)} of {len(asked)} answered, {len(good)} well; {len(wrong)} wrongly: {wrong}")
    assert len(given) >= ANSWERED
    assert len(good) >= GOOD * len(given)
    assert len(wrong) <= WRONG


def _is_good(corpus: LawSource, label: Labelled, passages: Sequence[Hit]) -> bool:
    names = [corpus.names[hit.document.key] for hit in passages]
    return any(label.grades.get(name, 0) >= 2 for name in names)


def of_kind(kind: str) -> list[Labelled]:
    return [label for label in LABELS if label.kind == kind]


def test_every_word_of_two_characters_has_hits_that_hold(corpus: LawSource):
    for label in of_kind("word2"):
        hits = search(SearchRequest(text=label.query)).hits
        assert hits, label.query
        assert all(hit.holds for hit in hits), label.query


def test_a_cited_article_of_a_real_law_comes_first(corpus: LawSource):
    for label in of_kind("title"):
        first = search(SearchRequest(text=label.query)).hits[0]
        assert label.grades.get(corpus.names[first.document.key]) == 3, label.query


def test_nothing_ended_is_shown_as_holding(corpus: LawSource):
    for label in LABELS:
        for hit in search(SearchRequest(text=label.query)).hits:
            ended = corpus.every[hit.document.key].status == "repealed"
            assert hit.holds != ended


def test_a_search_of_the_whole_corpus_takes_no_longer_than_it_may(corpus: LawSource):
    """A guard against an order of magnitude, on a machine that does other work too; the p95 that
    counts is printed by the bench."""
    search(SearchRequest(text="土地"))
    times = []
    for label in LABELS:
        started = time.perf_counter()
        search(SearchRequest(text=label.query))
        times.append(time.perf_counter() - started)
    assert statistics.quantiles(times, n=20)[-1] <= P95_SECONDS * 3
