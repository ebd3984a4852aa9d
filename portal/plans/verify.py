"""Check every public version against its hash: the text, and each byte of each document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from portal.plans.content import content_hash
from portal.plans.enums import EDITABLE
from portal.plans.models import NoticeDocument, NoticeVersion

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Mismatch:
    """Something that is not what was approved. ``where``: version (its key: ``version``) and part of it."""

    version: int
    where: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.where}：{self.zh} / {self.en}"


@dataclass
class Verification:
    """How much was checked and what does not fit."""

    versions: int
    documents: int
    mismatches: list[Mismatch]


def verify_notices() -> Verification:
    """Check all versions that were ever submitted."""
    result = Verification(0, 0, [])
    rows = NoticeVersion.objects.exclude(state__in=EDITABLE).select_related("notice")
    for version in rows.order_by("pk").iterator(chunk_size=200):
        result.versions += 1
        if content_hash(version) != version.content_hash:
            result.mismatches.append(
                Mismatch(
                    version.pk, str(version), "文本与校验值不符", "the text does not fit its hash"
                )
            )
        for document in version.documents.all():
            result.documents += 1
            result.mismatches += _document_mismatches(version, document)
    return result


def _document_mismatches(version: NoticeVersion, document: NoticeDocument) -> Iterator[Mismatch]:
    where = f"{version} “{document.title}”"
    digest, size = hashlib.sha256(), 0
    try:
        with document.file.open("rb") as file:
            for chunk in iter(lambda: file.read(CHUNK), b""):
                digest.update(chunk)
                size += len(chunk)
    except OSError as problem:
        yield Mismatch(
            version.pk,
            where,
            "文件读不出，未能核对",
            f"not checked, the file cannot be read: {problem}",
        )
        return
    if digest.hexdigest() != document.sha256:
        yield Mismatch(
            version.pk,
            where,
            f"文件与校验值不符（{size}字节，应为{document.size}字节）",
            f"the file does not fit its hash ({size} bytes, expected {document.size})",
        )
