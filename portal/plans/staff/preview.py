"""What the public page of a version will show, before it is public."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from portal.plans.models import NoticeDocument, NoticeVersion
from portal.plans.reading import NoticeReading


@dataclass(frozen=True)
class PreviewDocument:
    """A document under its address for officials: the public one opens with the notice only."""

    document: NoticeDocument

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def extension(self) -> str:
        return self.document.extension

    @property
    def size(self) -> int:
        return self.document.size

    @property
    def sha256(self) -> str:
        return self.document.sha256

    def get_role_display(self) -> str:
        """As the model has it."""
        return str(self.document.get_role_display())

    def get_absolute_url(self) -> str:
        """The address for officials."""
        return reverse("notices_staff:document", args=[self.document.version_id, self.document.pk])


class PreviewReading(NoticeReading):
    """A version read as if it were the newest public one."""

    @cached_property
    def versions(self) -> list[NoticeVersion]:
        """The version itself, before the public ones."""
        others = NoticeReading(self.version).versions
        return [self.version, *(other for other in others if other.number != self.version.number)]

    @property
    def is_superseded(self) -> bool:
        """Officials chose this version on purpose."""
        return False

    @cached_property
    def documents(self) -> list[object]:
        """The documents under their addresses for officials."""
        return [PreviewDocument(document) for document in self.version.documents.all()]
