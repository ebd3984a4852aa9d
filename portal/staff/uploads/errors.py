"""Why a file is not taken in, in two languages. No Django here."""

from __future__ import annotations


class BadUpload(Exception):
    """A file is not what may be taken in (文件不予接收); says how to mend it."""

    code = "bad_upload"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


class UploadNotChecked(BadUpload):
    """The check of a file took too long, too much memory, or died: nobody knows what it is."""

    code = "upload_not_checked"
