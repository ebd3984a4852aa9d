"""Writing of rows in bulk, as fast as each engine can (批量写入)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model

from portal.search.analyse import Analysed
from portal.search.models import IndexedDocument, Posting, Suggestion
from portal.search.postings import Postings, encode

_ROWS_AT_ONCE = 5000


def write_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows into a table of ours without making objects; returns how many."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    written = 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
                    written += 1
            return written
        marks = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 -- our own names
        waiting = iter(rows)
        while chunk := list(islice(waiting, _ROWS_AT_ONCE)):
            cursor.executemany(statement, chunk)
            written += len(chunk)
    return written


def write_batch(batch: Analysed, generation: int, first_number: int) -> None:
    """Write documents, the numbers from ``first_number`` on, and their postings."""
    for number, row in enumerate(batch.rows, first_number):
        row.generation, row.number = generation, number
    fields = [field for field in IndexedDocument._meta.concrete_fields if not field.primary_key]
    write_rows(
        IndexedDocument,
        [str(field.column) for field in fields],
        (
            [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
            for row in batch.rows
        ),
    )
    write_rows(Posting, ["generation", "token", "data"], _posting_rows(batch.postings, generation))


def _posting_rows(postings: Mapping[str, Postings], generation: int) -> Iterator[tuple[Any, ...]]:
    return ((generation, token, encode(each)) for token, each in sorted(postings.items()))


def write_suggestions(suggestions: Iterable[Suggestion]) -> None:
    """Insert suggestions; those whose text is there stay as they are."""
    Suggestion.objects.bulk_create(
        suggestions, batch_size=_ROWS_AT_ONCE // 10, ignore_conflicts=True
    )
