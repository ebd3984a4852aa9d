"""PDF files: readable, plain, and nothing in them that runs or hides. Runs in a child."""

from __future__ import annotations

from typing import Any, BinaryIO

from pypdf import PdfReader

from portal.staff.uploads.errors import BadUpload

RUNNING_KEYS = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles")


def check(file: BinaryIO) -> None:
    """Raises ``BadUpload`` for a file that is damaged, encrypted, empty, or runs something."""
    try:
        reader = PdfReader(file)
        is_encrypted = reader.is_encrypted
        pages = 0 if is_encrypted else len(reader.pages)
        running = "" if is_encrypted else _running_parts(reader.trailer["/Root"])
    except MemoryError:
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


def _running_parts(root: Any) -> str:
    """Names of parts of the catalogue that run or hide something."""
    catalogue = root.get_object()
    found = [key for key in ("/OpenAction", "/AA") if _runs(catalogue.get(key))]
    names = catalogue.get("/Names")
    if names is not None:
        found += [key for key in RUNNING_KEYS if key in names.get_object()]
    return " ".join(found)


def _runs(action: Any) -> bool:
    if action is None:
        return False
    action = action.get_object() if hasattr(action, "get_object") else action
    return hasattr(action, "get") and action.get("/S") in RUNNING_KEYS
