"""PDF files: readable, plain, and nothing in them that runs or hides. Runs in a child."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from portal.staff.uploads.errors import BadUpload

RUNNING_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm"})
RUNNING_KEYS = ("/JS", "/EF")
NAMED_RUNNING_KEYS = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles")
"""Of the catalogue's table of names: even an empty tree tells of more."""

TAGS = "/StructTreeRoot"
"""The tags of the text: most parts of a long document, and nothing that a viewer runs."""

MOST_PARTS = 500_000
"""Dictionaries and lists."""


def check(file: BinaryIO) -> None:
    """Raises ``BadUpload`` for a file that is damaged, encrypted, empty, or runs something."""
    try:
        reader = PdfReader(file)
        is_encrypted = reader.is_encrypted
        pages = 0 if is_encrypted else len(reader.pages)
        running = "" if is_encrypted else _running_parts(reader)
    except (MemoryError, BadUpload):
        raise
    except Exception as problem:
        # Damaged files break the reader in every way, asserts included; each of them is refused.
        raise BadUpload("PDF已损坏，读不出页面", f"the PDF is damaged: {problem}") from problem
    if is_encrypted:
        raise BadUpload("PDF已加密：请上传未加密的文件", "the PDF is encrypted: upload a plain one")
    if not pages:
        raise BadUpload("PDF没有页面", "the PDF has no page")
    if running:
        raise BadUpload(
            f"PDF含有脚本或内嵌文件（{running}）：请另存为普通PDF",
            f"the PDF holds scripts or embedded files ({running}): save it as a plain PDF",
        )


def _running_parts(reader: PdfReader) -> str:
    """Names of what runs or hides, anywhere in what the catalogue leads to; empty: nothing does.

    An action may stand at a page, an annotation, a field, a bookmark, or after another action, and
    a file within the file at any of them: so no place is trusted to have none.
    """
    found = set(_named(reader))
    for part in _dictionaries(reader):
        found.update(key for key in RUNNING_KEYS if key in part)
        action = _resolved(part.get("/S"))
        if isinstance(action, str) and action in RUNNING_ACTIONS:
            found.add(str(action))
    return " ".join(sorted(found))


def _named(reader: PdfReader) -> Iterator[str]:
    names = _resolved(_resolved(reader.trailer["/Root"]).get("/Names"))
    if isinstance(names, DictionaryObject):
        yield from (key for key in NAMED_RUNNING_KEYS if key in names)


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary that the catalogue leads to, once. Raises ``BadUpload`` for too many."""
    waiting: list[Any] = [reader.trailer.raw_get("/Root")]
    seen: set[tuple[int, int]] = set()
    parts = 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, IndirectObject):
            key = (value.generation, value.idnum)
            if key not in seen:
                seen.add(key)
                waiting.append(_resolved(value))
                _forget(reader, key)
            continue
        parts += 1
        if parts > MOST_PARTS:
            raise BadUpload(
                "PDF的组成部分过多：请拆分或重新导出", "the PDF has too many parts: split it"
            )
        if isinstance(value, DictionaryObject):
            yield value
        waiting.extend(child for child in _children(value) if _leads_on(child))


def _resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value


def _children(value: Any) -> list[Any]:
    if isinstance(value, DictionaryObject):
        return [child for key, child in value.items() if key != TAGS]
    return list(value) if isinstance(value, ArrayObject) else []


def _leads_on(value: Any) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)


def _forget(reader: PdfReader, key: tuple[int, int]) -> None:
    """Drop a part from the reader's memory: else all pictures of a file would be held at once.

    What came packed in a stream of objects stays, and the stream: it would be unpacked again.
    """
    held = reader.resolved_objects.get(key)
    is_stream_of_objects = isinstance(held, StreamObject) and held.get("/Type") == "/ObjStm"
    if key[1] not in reader.xref_objStm and not is_stream_of_objects:
        reader.resolved_objects.pop(key, None)
