"""What a version of a notice changed against an earlier one (版本对比)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from wagtail.rich_text import get_text_for_indexing

from portal.core.text.difference import Paragraph, Piece, paragraph_changes, word_changes
from portal.plans.models import NoticeDocument, NoticeVersion

COMPARED_FIELDS = (
    "title",
    "reference",
    "summary",
    "place",
    "how_to_object",
    "period_amount",
    "period_unit",
    "period_basis",
    "closes_on",
    "contact_office",
    "contact_phone",
    "contact_address",
    "contact_email",
    "source",
)


@dataclass(frozen=True)
class FieldChange:
    """A fact that is not the same any more."""

    label: str | Promise
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class DocumentChange:
    """A document that came, went, or has other bytes under the same name."""

    kind: str
    title: str
    old: NoticeDocument | None
    new: NoticeDocument | None


@dataclass(frozen=True)
class Difference:
    """All that changed: facts, the text, documents, the place."""

    fields: list[FieldChange]
    paragraphs: list[Paragraph]
    documents: list[DocumentChange]
    place_changed: bool

    @property
    def text_changed(self) -> bool:
        """Whether any paragraph is not the same."""
        return any(paragraph.kind != "same" for paragraph in self.paragraphs)

    @property
    def is_empty(self) -> bool:
        """Whether nothing that a reader sees is different."""
        return not (self.fields or self.documents or self.place_changed or self.text_changed)


def difference(old: NoticeVersion, new: NoticeVersion) -> Difference:
    """Compare two versions of one notice, field by field, paragraph by paragraph, file by file."""
    return Difference(
        fields=list(_field_changes(old, new)),
        paragraphs=paragraph_changes(paragraphs_of(old), paragraphs_of(new)),
        documents=list(_document_changes(old, new)),
        place_changed=_place(old) != _place(new),
    )


def paragraphs_of(version: NoticeVersion) -> list[str]:
    """The text of a version as plain paragraphs."""
    found: list[str] = []
    for block in version.body:
        if block.block_type == "paragraph":
            text = get_text_for_indexing(block.value.source)
        elif block.block_type == "quote":
            text = f"{block.value['text']} {block.value['source']}"
        else:
            text = str(block.value)
        found += [line.strip() for line in text.splitlines() if line.strip()]
    return found


def _field_changes(old: NoticeVersion, new: NoticeVersion) -> Iterator[FieldChange]:
    for name in COMPARED_FIELDS:
        before, after = _shown(old, name), _shown(new, name)
        if before != after:
            label = NoticeVersion._meta.get_field(name).verbose_name
            yield FieldChange(label, word_changes(before, after))


def _shown(version: NoticeVersion, name: str) -> str:
    display = getattr(version, f"get_{name}_display", None)
    value = display() if display else getattr(version, name)
    return "" if value is None else str(value)


def _document_changes(old: NoticeVersion, new: NoticeVersion) -> Iterator[DocumentChange]:
    before = {document.title: document for document in old.documents.all()}
    after = {document.title: document for document in new.documents.all()}
    for title, document in after.items():
        kept = before.get(title)
        if kept is None:
            yield DocumentChange("added", title, None, document)
        elif kept.sha256 != document.sha256:
            yield DocumentChange("changed", title, kept, document)
    for title in before.keys() - after.keys():
        yield DocumentChange("removed", title, before[title], None)


def _place(version: NoticeVersion) -> bytes | None:
    return bytes(version.footprint.wkb) if version.footprint else None
