"""The manifest of a release package: what is in it, from when and until when it is valid."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .errors import Expired, ManifestInvalid, NotYetValid, OlderVersion
from .strict_json import StrictJsonError, load_object

FORMAT = "spatial-plan-release"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
SIGNATURES = "signatures.json"
PROFILE = "profile.json"
FEATURES = "features.fgb"
QUALITY = "quality.json"
AUDIT = "audit.json"
SIGNED_FILES = (PROFILE, FEATURES, QUALITY, AUDIT)
ALL_FILES = (MANIFEST, *SIGNED_FILES, SIGNATURES)

LAYER_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CRS = re.compile(r"EPSG:[0-9]{4,6}")
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_MAX_VERSION = 10**18
_MAX_SIZE = 2**53
# Two clocks that never speak to each other may differ a little.
CLOCK_TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True)
class FileEntry:
    """One file of the package: its name, SHA-256 (hexadecimal) and size in bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """``manifest.json``, parsed (清单). Times are UTC with whole seconds."""

    layer: str
    version: int
    created: datetime
    expires: datetime
    feature_count: int
    crs: str
    files: tuple[FileEntry, ...]

    def to_bytes(self) -> bytes:
        """The one written form; these exact bytes are signed."""
        document = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "layer": self.layer,
            "version": self.version,
            "created": self.created.strftime(_TIME),
            "expires": self.expires.strftime(_TIME),
            "feature_count": self.feature_count,
            "crs": self.crs,
            "files": [vars(entry) for entry in self.files],
        }
        return json.dumps(document, indent=1).encode("utf-8") + b"\n"


def default_version(now: datetime) -> int:
    """Year to second in UTC as one number: it grows without a counter being kept."""
    return int(now.astimezone(UTC).strftime("%Y%m%d%H%M%S"))


def parse_manifest(raw: bytes) -> Manifest:
    """Parse ``manifest.json`` strictly: no key too many, none missing, no other type.

    Raises ``ManifestInvalid``.
    """
    try:
        return _parse(load_object(raw))
    except StrictJsonError as error:
        raise ManifestInvalid(
            "清单格式无效", f"the manifest is invalid: {error}", where=MANIFEST
        ) from error


def check_term(manifest: Manifest, now: datetime) -> None:
    """Raise ``Expired`` or ``NotYetValid`` unless ``now`` lies within the term of validity."""
    if now >= manifest.expires:
        raise Expired(
            f"发布包已于 {manifest.expires:%Y-%m-%d %H:%M} UTC 过期",
            f"the package expired at {manifest.expires:%Y-%m-%d %H:%M} UTC",
            where=MANIFEST,
            mend_zh="请内网重新打包",
            mend_en="have it packed again at the internal node",
        )
    if now + CLOCK_TOLERANCE < manifest.created:
        raise NotYetValid(
            f"发布包生成时间 {manifest.created:%Y-%m-%d %H:%M} UTC 晚于当前时间",
            f"the package was made at {manifest.created:%Y-%m-%d %H:%M} UTC, later than now",
            where=MANIFEST,
            mend_zh="检查两端时钟",
            mend_en="check the clocks on both sides",
        )


def check_version(manifest: Manifest, latest_version: int | None) -> None:
    """Raise ``OlderVersion`` unless the version is newer than all that the layer ever had."""
    if latest_version is not None and manifest.version <= latest_version:
        raise OlderVersion(
            f"版本 {manifest.version} 不比已有版本 {latest_version} 新",
            f"version {manifest.version} is not newer than {latest_version}, which is here",
            where=MANIFEST,
        )


def _parse(document: dict[str, Any]) -> Manifest:
    expected = {"format", "format_version", *Manifest.__dataclass_fields__}
    if set(document) != expected:
        raise StrictJsonError("keys differ from the format's")
    _integer(document, "format_version", FORMAT_VERSION, FORMAT_VERSION)
    if document["format"] != FORMAT:
        raise StrictJsonError("another format")
    created, expires = _time(document, "created"), _time(document, "expires")
    if expires <= created:
        raise StrictJsonError("expires before it was created")
    return Manifest(
        layer=_text(document, "layer", LAYER_CODE),
        version=_integer(document, "version", 1, _MAX_VERSION),
        created=created,
        expires=expires,
        feature_count=_integer(document, "feature_count", 0, _MAX_SIZE),
        crs=_text(document, "crs", _CRS),
        files=_files(document["files"]),
    )


def _files(entries: Any) -> tuple[FileEntry, ...]:
    if not isinstance(entries, list) or len(entries) != len(SIGNED_FILES):
        raise StrictJsonError("files must list every file once")
    files = tuple(_file(entry) for entry in entries)
    if {entry.path for entry in files} != set(SIGNED_FILES):
        raise StrictJsonError("files must list every file once")
    return files


def _file(entry: Any) -> FileEntry:
    if not isinstance(entry, dict) or set(entry) != {"path", "sha256", "size"}:
        raise StrictJsonError("a file needs exactly path, sha256 and size")
    if entry["path"] not in SIGNED_FILES:
        raise StrictJsonError("a file that the format does not know")
    return FileEntry(
        entry["path"], _text(entry, "sha256", _SHA256), _integer(entry, "size", 0, _MAX_SIZE)
    )


def _text(document: dict[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = document[key]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise StrictJsonError(f"{key} is not of its form")
    return value


def _integer(document: dict[str, Any], key: str, low: int, high: int) -> int:
    value = document[key]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise StrictJsonError(f"{key} must be an integer from {low} to {high}")
    return value


def _time(document: dict[str, Any], key: str) -> datetime:
    value = document[key]
    parse: Callable[[str, str], datetime] = datetime.strptime
    try:
        moment = parse(value, _TIME).replace(tzinfo=UTC)
    except (TypeError, ValueError) as error:
        raise StrictJsonError(f"{key} must be UTC like 2026-01-31T08:00:00Z") from error
    if moment.strftime(_TIME) != value:
        raise StrictJsonError(f"{key} must be UTC like 2026-01-31T08:00:00Z")
    return moment
