"""Packs a release at the internal node: from raw layers to a signed package (打包).

Quality control, desensitising, the whole audit, signatures. Nothing is written to the wanted
place before everything has passed; a refusal leaves nothing behind and an older file untouched.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tiles.desensitise.audit import AuditReport, audit_internal
from tiles.desensitise.desensitise import DesensitiseReport, desensitise
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.floor import FLOOR, profile_violations
from tiles.desensitise.profile import Profile, load_profile

from .assemble import Assembled, assemble
from .errors import (
    AuditFailed,
    KeyInvalid,
    LayerMismatch,
    OutputFailed,
    PersonalData,
    QualityFailed,
)
from .feature_file import read_features, write_features
from .keys import key_id, load_private_key
from .limits import Limits
from .manifest import FEATURES
from .measure import Meter
from .pack_report import PackReport
from .package_file import Term, make_manifest, package_documents, write_package
from .progress import Progress, silent, under
from .public_half import PublicHalf, public_half
from .quality import internal_quality
from .quality_report import QualityReport
from .repair import repair
from .restricted_zones import read_restricted
from .signing import sign_manifest
from .sources import read_with_notes

DEFAULT_VALID_DAYS = 90
_PERSONAL_DATA = "personal_data"


@dataclass(frozen=True)
class SourceOptions:
    """How to read the sources where they do not say it, and which of their layers to take."""

    crs: str = ""
    encoding: str = ""
    layers: tuple[str, ...] = ()


def pack(
    sources: Sequence[Path],
    *,
    layer: str,
    profile: Path,
    out: Path,
    keys: Sequence[Path],
    restricted: Path | None = None,
    version: int | None = None,
    valid_days: int = DEFAULT_VALID_DAYS,
    now: datetime | None = None,
    options: SourceOptions | None = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> PackReport:
    """Make the package ``out`` of ``sources``. Raises a ``Refusal`` and then writes nothing."""
    options, limits, now = options or SourceOptions(), limits or Limits(), now or datetime.now(UTC)
    meter = Meter()
    plan = load_profile(profile)
    _check_request(plan, layer, out, valid_days)
    signers = _load_signers(keys)
    raw, quality, isolation = _raw_table(
        sources, plan, options, limits, meter=meter, progress=progress
    )
    zones = read_restricted(restricted, plan, limits)
    with (
        public_half(len(quality.table), plan, limits) as begin_public_half,
        tempfile.TemporaryDirectory(prefix="packing-") as name,
    ):
        with meter.step("desensitise"):
            published = desensitise(
                quality.table, plan, zones, progress=under("desensitise", progress)
            )
        features = Path(name) / FEATURES
        with meter.step("write"):
            write_features(features, published.table, plan)
            record = _record(published.report, quality.report)
            # From here on only what was written counts; a large layer need not be held twice.
            del published
            written = read_features(features, limits)
        with meter.step("audit"):
            progress("audit", 0, 2)
            public = begin_public_half(features, written)
            internal = audit_internal(raw.table, written, plan, zones)
            progress("audit", 1, 2)
            audits, shown = _passed(public(), internal)
            progress("audit", 2, 2)
        with meter.step("pack"):
            files = package_documents(plan, quality.report, shown, audits)
            term = Term(now, version, valid_days)
            manifest = make_manifest(plan, len(written), files, features, term)
            sha256 = write_package(out, manifest, files, features, signers)
    return PackReport(
        out=out,
        manifest=manifest,
        sha256=sha256,
        size=out.stat().st_size,
        signed_by=tuple(key_id(signer.public_key()) for signer in signers),
        quality=quality.report,
        public_quality=shown,
        audit=audits,
        desensitised=record,
        isolation=isolation,
        steps=tuple(meter.steps),
    )


@dataclass(frozen=True)
class _Controlled:
    table: FeatureTable
    report: QualityReport


def _check_request(profile: Profile, layer: str, out: Path, valid_days: int) -> None:
    """What can be refused before the long work begins."""
    if profile.layer.code != layer:
        raise LayerMismatch(
            f"方案属于图层 {profile.layer.code}，不是 {layer}",
            f"the profile is for the layer {profile.layer.code}, not {layer}",
            where="--layer",
        )
    if not out.parent.is_dir() or out.is_dir():
        raise OutputFailed(
            "输出目录不存在", "the folder for the output does not exist", where=out.name
        )
    if not 1 <= valid_days <= 3660:
        raise OutputFailed(
            "有效期应为 1 至 3660 天", "valid for 1 to 3660 days", where="--valid-days"
        )
    violations = profile_violations(profile, FLOOR)
    if violations:
        report = AuditReport(tuple(violations), {"floor": 1})
        raise AuditFailed(
            "方案低于门户底线：" + "；".join(finding.zh for finding in violations[:5]),
            "the profile is below the floor: "
            + "; ".join(finding.en for finding in violations[:5]),
            report=report.as_dict(),
            where="profile",
        )


def _load_signers(keys: Sequence[Path]) -> list[Ed25519PrivateKey]:
    if not keys:
        raise KeyInvalid("未指定签名密钥", "no signing key was given", where="--sign")
    signers = [load_private_key(path) for path in keys]
    sign_manifest(b"", signers)  # the same key twice is refused before the long work
    return signers


def _raw_table(
    sources: Sequence[Path],
    profile: Profile,
    options: SourceOptions,
    limits: Limits,
    *,
    meter: Meter,
    progress: Progress,
) -> tuple[Assembled, _Controlled, tuple[str, ...]]:
    with meter.step("read"):
        reading = read_with_notes(
            sources,
            limits=limits,
            crs_override=options.crs,
            encoding_override=options.encoding,
            layers=options.layers,
            progress=progress,
        )
        meter.reader_peak_mib = reading.peak_mib
    with meter.step("assemble"):
        assembled = assemble(reading, profile, limits, progress=progress)
    with meter.step("quality"):
        repaired = repair(assembled.table)
        report = internal_quality(
            assembled, repaired, profile, layers=options.layers, progress=progress
        )
    if not report.passed:
        raise quality_failed(report)
    return assembled, _Controlled(repaired.table, report), reading.isolation


def quality_failed(report: QualityReport) -> QualityFailed:
    """The refusal that names each check which failed, with its count."""
    zh = "；".join(f"{check.zh} {check.count}" for check in report.refused)
    en = "; ".join(f"{check.en}: {check.count}" for check in report.refused)
    return QualityFailed(
        f"质检不通过：{zh}", f"quality control failed: {en}", report=report.as_dict()
    )


def _passed(
    public: PublicHalf, internal: AuditReport
) -> tuple[dict[str, AuditReport], QualityReport]:
    """Both audits and the public quality report. Raises the refusal where one did not pass."""
    audits = {"public": public.audit, "internal": internal}
    refused = [
        finding
        for audit in audits.values()
        for finding in audit.findings
        if finding.severity == "refuse"
    ]
    if refused:
        personal = any(finding.rule.startswith(_PERSONAL_DATA) for finding in refused)
        kind = PersonalData if personal else AuditFailed
        raise kind(
            "审计不通过：" + "；".join(f"{f.zh}（{f.count}）" for f in refused[:5]),
            "the audit failed: " + "; ".join(f"{f.en} ({f.count})" for f in refused[:5]),
            report={half: audit.as_dict() for half, audit in audits.items()},
        )
    if not public.quality.passed:
        raise quality_failed(public.quality)
    return audits, public.quality


def _record(done: DesensitiseReport, report: QualityReport) -> dict[str, Any]:
    return done.as_dict() | {"repairs": len(report.repairs)}
