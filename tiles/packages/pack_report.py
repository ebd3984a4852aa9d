"""What a packing did, for the people at the internal node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tiles.desensitise.audit import AuditReport

from .manifest import Manifest
from .measure import StepCost
from .quality_report import QualityReport


@dataclass(frozen=True)
class PackReport:
    """What was packed and how. ``as_dict`` names raw rows and stays at the internal node."""

    out: Path
    manifest: Manifest
    sha256: str
    size: int
    signed_by: tuple[str, ...]
    quality: QualityReport
    public_quality: QualityReport
    audit: Mapping[str, AuditReport]
    desensitised: Mapping[str, Any]
    isolation: tuple[str, ...]
    steps: tuple[StepCost, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "out": str(self.out),
            "layer": self.manifest.layer,
            "version": self.manifest.version,
            "expires": self.manifest.expires.isoformat(),
            "feature_count": self.manifest.feature_count,
            "crs": self.manifest.crs,
            "sha256": self.sha256,
            "size": self.size,
            "signed_by": list(self.signed_by),
            "quality": self.quality.as_dict(),
            "public_quality": self.public_quality.as_dict(),
            "audit": {half: report.as_dict() for half, report in self.audit.items()},
            "desensitised": dict(self.desensitised),
            "isolation": list(self.isolation),
            "steps": [step.as_dict() for step in self.steps],
        }
