"""What a version of a notice changed against an earlier one (版本对比)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from wagtail.rich_text import get_text_for_indexing

from portal.core.text.difference import Paragraph, Piece, paragraph_changes, word_changes
from portal.plans.models import NoticeDocument, NoticeVersion
from tiles.releases.models import Layer

COMPARED_FIELDS = (
    "title",
    "title_en",
    "reference",
    "summary",
    "summary_en",
    "place",
    "how_to_object",
    "period_amount",
    "period_unit",
    "period_excludes_first_day",
    "period_ends_on_working_day",
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
class LayerLink:
    """A layer that the notice points to now (``added``) or no longer (``removed``)."""

    kind: str
    code: str
    title: str


@dataclass(frozen=True)
class Difference:
    """All that changed: facts, the text, documents, layers, the place."""

    fields: list[FieldChange]
    paragraphs: list[Paragraph]
    documents: list[DocumentChange]
    layers: list[LayerLink]
    place_changed: bool

    @property
    def text_changed(self) -> bool:
        """Whether any paragraph is not the same."""
        return any(paragraph.kind != "same" for paragraph in self.paragraphs)

    @property
    def is_empty(self) -> bool:
        """Whether nothing that a reader sees is different."""
        facts = self.fields or self.documents or self.layers
        return not (facts or self.place_changed or self.text_changed)


def difference(old: NoticeVersion, new: NoticeVersion) -> Difference:
    """Compare two versions of one notice, field by field, paragraph by paragraph, file by file."""
    return Difference(
        fields=list(_field_changes(old, new)),
        paragraphs=paragraph_changes(paragraphs_of(old), paragraphs_of(new)),
        documents=list(_document_changes(old, new)),
        layers=list(_layer_changes(old, new)),
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
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return "" if value is None else str(value)


def _document_changes(old: NoticeVersion, new: NoticeVersion) -> Iterator[DocumentChange]:
    """What is the same in name and bytes is paired first, for a name may stand there twice."""
    before, after = list(old.documents.all()), list(new.documents.all())
    gone = _without(before, after)
    come = _without(after, before)
    for document in come:
        kept = next((one for one in gone if one.title == document.title), None)
        if kept is not None:
            gone.remove(kept)
        kind = "changed" if kept is not None else "added"
        yield DocumentChange(kind, document.title, kept, document)
    for document in gone:
        yield DocumentChange("removed", document.title, document, None)


def _without(some: list[NoticeDocument], others: list[NoticeDocument]) -> list[NoticeDocument]:
    """Those of ``some`` that have no twin among ``others``; each pairs once."""
    twins = Counter((other.title, other.sha256) for other in others)
    left = []
    for one in some:
        if twins[one.title, one.sha256]:
            twins[one.title, one.sha256] -= 1
        else:
            left.append(one)
    return left


def _layer_changes(old: NoticeVersion, new: NoticeVersion) -> Iterator[LayerLink]:
    before = [link.layer_code for link in old.layer_links.all()]
    after = [link.layer_code for link in new.layer_links.all()]
    changed = [("added", code) for code in after if code not in before]
    changed += [("removed", code) for code in before if code not in after]
    known = Layer.objects.filter(code__in=[code for _, code in changed]) if changed else ()
    titles = {layer.code: layer.title for layer in known}
    for kind, code in changed:
        yield LayerLink(kind, code, titles.get(code, code))


def _place(version: NoticeVersion) -> bytes | None:
    return bytes(version.footprint.wkb) if version.footprint else None
