"""Files of notices: known by their content, hashed, and nothing that runs."""

from __future__ import annotations

from typing import BinaryIO

from django.conf import settings

from portal.plans.errors import BadDocument, NotChecked
from portal.staff.uploads.check import CheckedFile, check_upload
from portal.staff.uploads.errors import BadUpload, UploadNotChecked

KINDS = frozenset({"pdf", "docx", "xlsx", "png", "jpg"})


def check_document(file: BinaryIO) -> CheckedFile:
    """Tell the type by content and hash the bytes.

    Raises ``BadDocument`` for an empty, too large, damaged, encrypted, unknown or running file, and
    ``NotChecked``, which is one too, where the check did not come to an end.
    """
    try:
        return check_upload(file, KINDS, settings.NOTICE_DOCUMENT_MAX_BYTES)
    except UploadNotChecked as problem:
        raise NotChecked(problem.zh, problem.en) from problem
    except BadUpload as problem:
        raise BadDocument(problem.zh, problem.en) from problem
