"""Composes and writes the package file: documents, manifest, signatures, zip."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tiles.desensitise.audit import AuditReport
from tiles.desensitise.profile import Profile

from .errors import OutputFailed
from .manifest import (
    AUDIT,
    FEATURES,
    MANIFEST,
    PROFILE,
    QUALITY,
    SIGNATURES,
    SIGNED_FILES,
    FileEntry,
    Manifest,
    default_version,
)
from .quality_report import QualityReport
from .signing import sign_manifest

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Term:
    """When the package is made, its version (``None``: from the time), and for how long it holds."""

    now: datetime
    version: int | None
    valid_days: int


def package_documents(
    profile: Profile,
    quality: QualityReport,
    shown: QualityReport,
    audits: Mapping[str, AuditReport],
) -> dict[str, bytes]:
    """The JSON files of the package. Of the raw data they tell counts and verdicts, no more."""
    internal = audits["internal"]
    return {
        PROFILE: _json(profile.public()),
        QUALITY: _json({"public": shown.as_dict(), "internal": quality.summary()}),
        AUDIT: _json(
            {
                "public": audits["public"].as_dict(),
                "internal": {"passed": internal.passed, "rules": sorted(internal.checked)},
            }
        ),
    }


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1, default=_plain).encode("utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(type(value).__name__)


def make_manifest(
    profile: Profile,
    feature_count: int,
    documents: Mapping[str, bytes],
    features: Path,
    term: Term,
) -> Manifest:
    """The manifest over ``documents`` and the feature file."""
    created = term.now.astimezone(UTC).replace(microsecond=0)
    entries = {
        name: FileEntry(name, hashlib.sha256(data).hexdigest(), len(data))
        for name, data in documents.items()
    }
    with features.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    entries[FEATURES] = FileEntry(FEATURES, digest, features.stat().st_size)
    return Manifest(
        layer=profile.layer.code,
        version=default_version(term.now) if term.version is None else term.version,
        created=created,
        expires=created + timedelta(days=term.valid_days),
        feature_count=feature_count,
        crs=profile.ground.crs,
        files=tuple(entries[name] for name in SIGNED_FILES),
    )


def write_package(
    out: Path,
    manifest: Manifest,
    documents: Mapping[str, bytes],
    features: Path,
    signers: Sequence[Ed25519PrivateKey],
) -> str:
    """Write beside ``out``, flush to the disk, rename; returns the package's SHA-256."""
    raw = manifest.to_bytes()
    temporary = None
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}-", suffix=".partial")
        temporary = Path(name)
        with os.fdopen(handle, "w+b") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(_entry(MANIFEST), raw)
                for path, data in documents.items():
                    archive.writestr(_entry(path), data)
                with features.open("rb") as source, archive.open(_entry(FEATURES), "w") as target:
                    while chunk := source.read(1 << 20):
                        target.write(chunk)
                archive.writestr(_entry(SIGNATURES), sign_manifest(raw, signers))
            stream.flush()
            os.fsync(stream.fileno())
            stream.seek(0)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        temporary.chmod(0o644)
        temporary.replace(out)
        temporary = None
    except OSError as error:
        raise OutputFailed.because(error, "发布包", "the package", where=out.name) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    return digest


def _entry(name: str) -> zipfile.ZipInfo:
    """The same bytes for the same content: no clock, no user's mask in the entry."""
    entry = zipfile.ZipInfo(name, date_time=_ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    return entry
