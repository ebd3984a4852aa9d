"""The record of a version: the bytes whose SHA-256 the page shows (内容校验值).

The record is served as it is hashed, so that anybody can check a notice with two commands:
``curl .../record.json | sha256sum`` and ``sha256sum`` over each document.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from portal.plans.models import NoticeVersion
from portal.plans.models.version import CONTENT_FIELDS

COORDINATE_DIGITS = 6
"""Of degrees: about 0.1 m, finer than any published position."""


def record_of(version: NoticeVersion) -> dict[str, Any]:
    """Everything that a version says, by field name; see ``CONTENT_FIELDS``."""
    notice = version.notice
    return {
        "notice": notice.code,
        "region": notice.region_id,
        "kind": notice.kind,
        "plan_level": notice.plan_level,
        **{name: _plain(version, name) for name in CONTENT_FIELDS},
        "documents": [
            {
                "role": document.role,
                "title": document.title,
                "media_type": document.media_type,
                "size": document.size,
                "sha256": document.sha256,
            }
            for document in version.documents.all()
        ],
        "layers": [
            {"layer": link.layer_code, "release": link.release_id}
            for link in version.layer_links.all()
        ],
    }


def _plain(version: NoticeVersion, name: str) -> Any:
    value = getattr(version, name)
    if name == "body":
        return [{"type": block["type"], "value": block["value"]} for block in value.raw_data]
    if name == "footprint":
        return json.loads(value.geojson, parse_float=_rounded) if value else None
    return value


def _rounded(text: str) -> float:
    return round(float(text), COORDINATE_DIGITS)


def record_bytes(version: NoticeVersion) -> bytes:
    """The record as canonical JSON: sorted keys, no white space, UTF-8."""
    record = record_of(version)
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_hash(version: NoticeVersion) -> str:
    """SHA-256 of the record, 64 hexadecimal digits."""
    return hashlib.sha256(record_bytes(version)).hexdigest()
