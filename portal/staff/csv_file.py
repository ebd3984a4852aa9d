"""CSV that spreadsheet programs open rightly: BOM, and nothing that they would run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

# Behind white space, too; Excel takes the full-width signs of Chinese keyboards for the plain ones.
RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
WHITE = ("\t", "\r", "\n")


class _Line:
    """A file that hands each written line back."""

    def write(self, line: str) -> str:
        return line


def safe_cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula is shown as text."""
    if isinstance(value, str) and (value.startswith(WHITE) or value.lstrip().startswith(RUNS)):
        return f"'{value}"
    return value


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a CSV file, the first behind a byte order mark."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(header)
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """A download that is never whole in memory."""
    response = StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response
