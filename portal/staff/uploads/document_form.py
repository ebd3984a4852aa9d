"""The form of Wagtail's document library, in each of its ways of taking a file in."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm

from portal.staff.uploads.check import check_upload
from portal.staff.uploads.errors import BadUpload
from portal.staff.uploads.kinds import LABELS

KIND_OF_NAME = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "zip": "zip"} | {
    "csv": "txt",
    "txt": "txt",
}
"""Extensions of ``WAGTAILDOCS_EXTENSIONS`` -> what the content has to be; others are refused."""

KINDS = frozenset(KIND_OF_NAME.values())


class DocumentForm(BaseDocumentForm):
    """A document (文件): its content is what its name says, and nothing in it runs."""

    def clean_file(self) -> Any:
        """A new file is looked into; the one that stands already was."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            _check(file)
        return file


def _check(file: Any) -> None:
    try:
        checked = check_upload(file, KINDS, settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)
    except BadUpload as problem:
        raise ValidationError(str(problem), code=problem.code) from problem
    extension = PurePosixPath(file.name or "").suffix.lower().lstrip(".")
    if KIND_OF_NAME.get(extension) != checked.extension:
        label = LABELS[checked.extension]
        raise ValidationError(
            f"文件内容是{label}，与扩展名（{extension}）不符：请改正扩展名 / "
            f"the content is {label}, not {extension}: correct the extension",
            code="wrong_extension",
        )
