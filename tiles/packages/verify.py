"""Opens a release package at the portal, which trusts nothing in it (核验).

Order: size and shape of the zip, signatures, manifest, term, version, hashes; only then is
anything parsed, and that in the limited process. The caller learns what is wrong by the class of
the refusal.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tiles.desensitise.audit import AuditReport, audit_public
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.floor import FLOOR, FloorProfile
from tiles.desensitise.profile import Profile, parse_public

from .archive import Archive, open_archive
from .errors import (
    AboveFloor,
    ArchiveTooLarge,
    BadArchive,
    HashMismatch,
    LayerMismatch,
    ManifestInvalid,
    UnexpectedFile,
)
from .feature_file import read_features
from .keys import TrustStore
from .limits import MIB, Limits
from .manifest import (
    ALL_FILES,
    AUDIT,
    FEATURES,
    MANIFEST,
    PROFILE,
    QUALITY,
    SIGNATURES,
    Manifest,
    check_term,
    check_version,
    parse_manifest,
)
from .pack import quality_failed
from .progress import Progress, silent
from .quality import public_quality
from .quality_report import QualityReport
from .signing import verify_signatures
from .strict_json import StrictJsonError, load_object

_MAX_DOCUMENT = 16 * MIB
_MAX_SIGNATURES = MIB
_CHUNK = MIB
# A package has six entries; anything that claims more is none.
_MOST_ENTRIES = 32


@dataclass(frozen=True)
class VerifiedPackage:
    """A package whose signatures, hashes, term and version hold.

    ``table`` is in the ground CRS; ``quality`` and ``audit`` are what the internal node stated;
    ``signers`` are the names in the trust file; ``sha256`` is that of the whole zip.
    """

    manifest: Manifest
    profile: Profile
    table: FeatureTable
    quality: dict[str, Any]
    audit: dict[str, Any]
    sha256: str
    signers: tuple[str, ...]


@dataclass(frozen=True)
class CheckedPackage:
    """A verified package that also passed the portal's own quality control and audit."""

    package: VerifiedPackage
    quality: QualityReport
    audit: AuditReport


def check_package(
    path: Path,
    *,
    trust: TrustStore,
    now: datetime,
    workdir: Path,
    latest_version: int | None = None,
    limits: Limits | None = None,
    floor: FloorProfile = FLOOR,
    progress: Progress = silent,
) -> CheckedPackage:
    """Open, control and audit a package. Raises ``AboveFloor``, ``QualityFailed`` or what
    ``open_package`` raises."""
    package = open_package(
        path,
        trust=trust,
        now=now,
        workdir=workdir,
        latest_version=latest_version,
        limits=limits,
        progress=progress,
    )
    progress("audit", 0, 1)
    audit = audit_public(package.table, package.profile, floor)
    progress("audit", 1, 1)
    if not audit.passed:
        raise _above_floor(audit)
    quality = public_quality(package.table, package.profile, progress=progress)
    if not quality.passed:
        raise quality_failed(quality)
    return CheckedPackage(package, quality, audit)


def open_package(
    path: Path,
    *,
    trust: TrustStore,
    now: datetime,
    workdir: Path,
    latest_version: int | None = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> VerifiedPackage:
    """Verify and parse a package; works on a private copy beneath ``workdir``.

    Raises the refusal that names the cause; the copy is gone afterwards in every case.
    """
    limits = limits or Limits(max_entries=_MOST_ENTRIES)
    with tempfile.TemporaryDirectory(dir=workdir, prefix="intake-") as name:
        folder = Path(name)
        progress("verify", 0, 4)
        copy = folder / "package.zip"
        sha256 = _private_copy(path, copy, limits)
        with open_archive(copy, limits) as archive:
            _check_names(archive, path.name)
            raw = archive.read(MANIFEST, MIB)
            signers = verify_signatures(raw, archive.read(SIGNATURES, _MAX_SIGNATURES), trust)
            manifest = parse_manifest(raw)
            check_term(manifest, now)
            check_version(manifest, latest_version)
            progress("verify", 1, 4)
            documents = _documents(archive, manifest)
            _unpack_features(archive, manifest, folder / FEATURES)
        progress("verify", 2, 4)
        profile = parse_public(documents[PROFILE])
        table = read_features(folder / FEATURES, limits)
        progress("verify", 3, 4)
    _check_agreement(manifest, profile, table)
    progress("verify", 4, 4)
    return VerifiedPackage(
        manifest, profile, table, documents[QUALITY], documents[AUDIT], sha256, signers
    )


def _private_copy(path: Path, copy: Path, limits: Limits) -> str:
    """Nobody can exchange the file between two looks at it. Returns its SHA-256."""
    digest, total = hashlib.sha256(), 0
    try:
        if not path.is_file():
            raise BadArchive("找不到发布包文件", "there is no such package file", where=path.name)
        with path.open("rb") as source, copy.open("xb") as target:
            while chunk := source.read(_CHUNK):
                total += len(chunk)
                if total > limits.package_bytes:
                    raise ArchiveTooLarge(
                        f"发布包超过 {limits.package_bytes} 字节",
                        f"the package is larger than {limits.package_bytes} bytes",
                        where=path.name,
                    )
                digest.update(chunk)
                target.write(chunk)
    except OSError as error:
        raise BadArchive("无法读取发布包", "the package cannot be read", where=path.name) from error
    return digest.hexdigest()


def _check_names(archive: Archive, where: str) -> None:
    extra = len(set(archive.entries) - set(ALL_FILES))
    missing = sorted(set(ALL_FILES) - set(archive.entries))
    if extra:
        raise UnexpectedFile(
            f"发布包多出 {extra} 个规定之外的文件",
            f"the package holds {extra} files that do not belong there",
            where=where,
        )
    if missing:
        listed = "、".join(missing)
        raise UnexpectedFile(f"发布包缺少 {listed}", f"the package lacks {listed}", where=where)


def _documents(archive: Archive, manifest: Manifest) -> dict[str, dict[str, Any]]:
    found = {}
    for entry in manifest.files:
        if entry.path != FEATURES:
            raw = archive.read(entry.path, _MAX_DOCUMENT)
            _check_hash(entry.path, entry.sha256, hashlib.sha256(raw).hexdigest())
            found[entry.path] = _parsed(entry.path, raw)
    return found


def _parsed(path: str, raw: bytes) -> dict[str, Any]:
    try:
        return load_object(raw)
    except StrictJsonError as error:
        raise ManifestInvalid("文件格式无效", f"invalid: {error}", where=path) from error


def _unpack_features(archive: Archive, manifest: Manifest, target: Path) -> None:
    (entry,) = (entry for entry in manifest.files if entry.path == FEATURES)
    archive.copy(FEATURES, target)
    with target.open("rb") as stream:
        _check_hash(FEATURES, entry.sha256, hashlib.file_digest(stream, "sha256").hexdigest())


def _check_hash(path: str, expected: str, found: str) -> None:
    if expected != found:
        raise HashMismatch(
            "文件与签名清单中的校验值不符", "the file is not the one that was signed", where=path
        )


def _check_agreement(manifest: Manifest, profile: Profile, table: FeatureTable) -> None:
    if profile.layer.code != manifest.layer:
        raise LayerMismatch(
            "方案与清单的图层不一致", "profile and manifest are of different layers", where=PROFILE
        )
    if not manifest.crs == profile.ground.crs == table.crs:
        raise ManifestInvalid(
            "清单、方案与要素文件的坐标系不一致",
            "manifest, profile and features state different CRS",
            where=MANIFEST,
        )
    if len(table) != manifest.feature_count:
        raise ManifestInvalid(
            "要素数与清单不一致", "the number of features is not the manifest's", where=MANIFEST
        )


def _above_floor(audit: AuditReport) -> AboveFloor:
    refused = [finding for finding in audit.findings if finding.severity == "refuse"]
    return AboveFloor(
        "发布包超出门户底线：" + "；".join(f"{f.zh}（{f.count}）" for f in refused[:5]),
        "the package is above the portal's floor: "
        + "; ".join(f"{f.en} ({f.count})" for f in refused[:5]),
        report=audit.as_dict(),
    )
