"""The work of ``searching.py`` in a process of its own: our search and its peers on one database."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import django
from django.test import override_settings

Search = Callable[[str], Sequence[str]]
DEPTH = 10


def searching(data: str, vectors: str) -> dict[str, Any]:
    """Index the corpus, then run every labelled query through each contender."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    said, names = _index(Path(data))
    contenders: dict[str, Search] = {"ours": _ours(names, semantic=False)}
    said["embedded"] = _embed(float(vectors)) if float(vectors) else 0
    if said["embedded"]:
        contenders["ours, words and meaning"] = _ours(names, semantic=True)
    peers = _postgres_peers if connection.vendor == "postgresql" else _sqlite_peers
    contenders |= peers(names)
    said["rows"] = {name: _measured(search) for name, search in contenders.items()}
    with tempfile.TemporaryDirectory() as folder, override_settings(SEARCH_DIR=Path(folder)):
        if _make_up_vectors():
            made_up = _measured(_ours(names, semantic=True))
            said["rows"]["time with a vector for each"] = made_up | {"dev": None, "test": None}
    return said


def _index(data: Path) -> tuple[dict[str, Any], dict[str, str]]:
    from portal.search import source
    from portal.search.columns import columns_of
    from portal.search.lock import current_state
    from portal.search.rebuild import rebuild
    from tests.portal.search.law_corpus import LawSource
    from tests.portal.search.relevance import read_labels

    laws = LawSource(data)
    source._sources.clear()
    source.register(laws)
    report = rebuild(force=True)
    started = time.perf_counter()
    columns_of(current_state())
    columns = time.perf_counter() - started
    counted = {"documents": len(laws.every), "queries": len(read_labels())}
    counted |= {"build": report.seconds, "columns": columns}
    return counted | {"size": _size()}, laws.names


def _size() -> int:
    from django.db import connection

    tables = ("posting", "indexeddocument", "suggestion")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sizes = [f"pg_total_relation_size('search_index_{name}')" for name in tables]
            cursor.execute(f"SELECT {' + '.join(sizes)}")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])


def _embed(minutes: float) -> int:
    from portal.search.columns import columns_of
    from portal.search.lock import current_state
    from portal.search.meaning import embed_missing, readiness

    state = current_state()
    embed_missing(state, seconds=minutes * 60)
    return readiness(columns_of(state)).embedded


def _make_up_vectors() -> int:
    """A vector of random numbers for every passage: the time of a search does not depend on them."""
    import numpy as np

    from portal.search import meaning, vectors
    from portal.search.columns import columns_of
    from portal.search.lock import current_state

    try:
        meaning.model()
    except meaning.NoModel:
        return 0
    keys = np.unique(columns_of(current_state()).passage)
    drawn = np.random.default_rng(4).normal(size=(len(keys), vectors.DIMENSIONS))
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    vectors.save(vectors.quantised(keys.tolist(), drawn.astype(np.float32)))
    return len(keys)


def _ours(names: dict[str, str], *, semantic: bool) -> Search:
    from portal.search.request import SearchRequest
    from portal.search.search import search

    def found(query: str) -> list[str]:
        hits = search(SearchRequest(text=query), semantic=semantic).hits
        return [names[hit.document.key] for hit in hits]

    return found


def _measured(search: Search) -> dict[str, float]:
    from tests.portal.search.relevance import measure, read_labels

    times: list[float] = []

    def timed(query: str) -> Sequence[str]:
        started = time.perf_counter()
        found = search(query)
        times.append((time.perf_counter() - started) * 1000)
        return found

    labels = read_labels()
    search("土地")
    halves = {
        half: measure([label for label in labels if label.half == half], timed)
        for half in ("dev", "test")
    }
    return {
        "p50": statistics.median(times),
        "p95": statistics.quantiles(times, n=20)[-1],
        "dev": halves["dev"].ndcg,
        "test": halves["test"].ndcg,
        "nothing": statistics.mean(half.nothing for half in halves.values()),
    }


def _rows(statement: str, parameters: Sequence[Any]) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [row[0] for row in cursor.fetchall()]


def _execute(*statements: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _tokens(query: str) -> list[str]:
    from portal.search.question import form_of, understand

    forms = [concept.forms[0] for concept in understand(query, {}, {}).concepts]
    return sorted({token for form in forms for token in form.tokens}) or list(form_of(query).tokens)


_TABLE = "search_index_indexeddocument"


def _sqlite_peers(names: dict[str, str]) -> dict[str, Search]:
    """SQLite's own full text search: its trigram tokenizer, and our tokens with its bm25."""
    from portal.core.text.bigrams import pairs
    from portal.core.text.normalise import normalise
    from portal.search.models import IndexedDocument

    _execute(
        "CREATE VIRTUAL TABLE peer_trigram USING fts5(key UNINDEXED, body, tokenize='trigram')",
        f"INSERT INTO peer_trigram SELECT key, title || char(10) || text FROM {_TABLE}",
        "CREATE VIRTUAL TABLE peer_pairs USING fts5(key UNINDEXED, title, body)",
    )
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO peer_pairs VALUES (%s, %s, %s)",
            (
                (row.key, *(" ".join(pairs(normalise(text))) for text in (row.title, row.text)))
                for row in IndexedDocument.objects.only("key", "title", "text").iterator()
            ),
        )

    def matching(table: str, query: str, order: str) -> list[str]:
        statement = f"SELECT key FROM {table} WHERE {table} MATCH %s ORDER BY {order} LIMIT {DEPTH}"
        return [names[key] for key in _rows(statement, [query])] if query else []

    def trigram(query: str) -> list[str]:
        parts = [query[at : at + 3] for at in range(len(query) - 2)]
        wanted = " OR ".join('"' + part.replace('"', '""') + '"' for part in parts)
        return matching("peer_trigram", wanted, "rank")

    def own_tokens(query: str) -> list[str]:
        wanted = " OR ".join('"' + token.replace('"', '""') + '"' for token in _tokens(query))
        return matching("peer_pairs", wanted, "bm25(peer_pairs, 0, 2, 1)")

    return {"FTS5 trigram": trigram, "FTS5 bm25, our tokens": own_tokens}


def _postgres_peers(names: dict[str, str]) -> dict[str, Search]:
    """PostgreSQL's ILIKE, its trigrams, and our tokens in its weighted tsvector."""
    from django.db import connection

    from portal.core.text.bigrams import pairs
    from portal.core.text.normalise import normalise
    from portal.search.models import IndexedDocument

    _execute(
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        f"CREATE INDEX peer_trigram ON {_TABLE} USING gin (text gin_trgm_ops)",
        "CREATE TABLE peer_pairs (key text, tokens tsvector)",
    )
    # Read whole before it is written: both on one connection at once wait for each other.
    rows = [
        (row.key, *(" ".join(pairs(normalise(text))) for text in (row.title, row.text)))
        for row in IndexedDocument.objects.only("key", "title", "text").iterator()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO peer_pairs VALUES (%s, setweight(to_tsvector('simple', %s), 'A') "
            "|| setweight(to_tsvector('simple', %s), 'D'))",
            rows,
        )
    _execute("CREATE INDEX peer_tokens ON peer_pairs USING gin (tokens)", "ANALYZE peer_pairs")

    def found(statement: str, *parameters: Any) -> list[str]:
        return [names[key] for key in _rows(f"{statement} LIMIT {DEPTH}", parameters)]

    def ilike(query: str) -> list[str]:
        return found(f"SELECT key FROM {_TABLE} WHERE text ILIKE %s ORDER BY number", f"%{query}%")

    def trigram(query: str) -> list[str]:
        return found(
            f"SELECT key FROM {_TABLE} WHERE %s <%% text ORDER BY %s <<-> text", query, query
        )

    def own_tokens(query: str) -> list[str]:
        wanted = " | ".join("'" + token.replace("'", "''") + "'" for token in _tokens(query))
        return found(
            "SELECT key FROM peer_pairs WHERE tokens @@ %s::tsquery "
            "ORDER BY ts_rank('{0.1,0.2,0.4,1.0}', tokens, %s::tsquery, 1) DESC",
            wanted,
            wanted,
        )

    return {"ILIKE": ilike, "pg_trgm": trigram, "tsvector, our tokens": own_tokens}
