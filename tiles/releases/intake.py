"""Intake: a signed package becomes a release that awaits approval, or nothing at all."""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from tiles.desensitise.errors import Refusal
from tiles.packages.keys import load_trust
from tiles.packages.verify import CheckedPackage, VerifiedPackage, check_package
from tiles.releases.audit import PACKAGE, OutputAudit, ReleaseAudit, audit_change, judged
from tiles.releases.audit_runs import record_run
from tiles.releases.enums import AuditTrigger, EventKind, ReleaseState
from tiles.releases.errors import AlreadyImported, OlderVersion, StorageProblem
from tiles.releases.feature_store import STORAGE_CRS, to_crs, write_features
from tiles.releases.jobs import JobProgress, attach, running
from tiles.releases.models import Incident, Layer, Release, ReleaseEvent, ReleaseJob
from tiles.releases.shred import shred_file, shred_folder

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)
Progress = Callable[[str, int, int], None]

HOLDS_FORBIDDEN_CONTENT = frozenset({"above_floor", "personal_data", "audit_failed"})
"""Refusals after which even the package file itself may not stay on this host."""


def import_package(
    path: Path, *, by: User, job: ReleaseJob, progress: Progress | None = None
) -> Release:
    """Take a package in; the release awaits approval afterwards.

    Raises a ``Refusal`` and changes nothing when the package is not acceptable; the refusal is
    recorded as an incident. A package that carries what the portal may not hold is shredded.
    """
    report = JobProgress(job, progress)
    with running(job):
        try:
            return _take_in(path, by=by, job=job, progress=report)
        except Refusal as refusal:
            _record_incident(refusal, path, by)
            if refusal.code in HOLDS_FORBIDDEN_CONTENT:
                shred_file(path)
            raise


def _take_in(path: Path, *, by: User, job: ReleaseJob, progress: JobProgress) -> Release:
    intake = Path(settings.INTAKE_DIR)
    intake.mkdir(parents=True, exist_ok=True)
    workdir = Path(tempfile.mkdtemp(prefix=f"work-{job.pk}-", dir=intake))
    try:
        checked = check_package(
            path,
            trust=load_trust(Path(settings.TRUST_FILE)),
            now=timezone.now(),
            workdir=workdir,
            latest_version=None,
            progress=progress,
        )
        _refuse_old(checked.package)
        return _store(_compared(checked, progress), by=by, job=job, progress=progress)
    except OSError as error:
        raise StorageProblem(
            f"磁盘写入失败({error.strerror})，未作任何更改",
            f"the disk could not be written ({error.strerror}); nothing was changed",
            mend_zh="请检查磁盘空间后重试",
            mend_en="check the disk space and try again",
        ) from error
    finally:
        shred_folder(workdir)


def _refuse_old(package: VerifiedPackage) -> None:
    manifest = package.manifest
    if Release.objects.filter(sha256=package.sha256).exists():
        raise AlreadyImported(
            "此发布包已导入过",
            "this package was imported before",
            where=manifest.layer,
            mend_zh="如需回退请使用 release_rollback",
            mend_en="to go back to it use release_rollback",
        )
    newest = (
        Release.objects.filter(layer_id=manifest.layer)
        .order_by("-version")
        .values_list("version", flat=True)
        .first()
    )
    if newest is not None and manifest.version <= newest:
        raise OlderVersion(
            f"版本号 {manifest.version} 不高于已有版本 {newest}",
            f"version {manifest.version} is not newer than {newest}, which is here already",
            where=manifest.layer,
            mend_zh="请在内部节点以更高的版本号重新打包",
            mend_en="pack it again at the internal node with a higher version",
        )


@dataclass(frozen=True)
class Accepted:
    """A package that may be stored, and what the portal found of it.

    ``audit``: of the package, and of the difference to the release in force.
    """

    checked: CheckedPackage
    audited: tuple[OutputAudit, OutputAudit]
    started: datetime


def _compared(checked: CheckedPackage, progress: Progress) -> Accepted:
    started, package = timezone.now(), checked.package
    layer = Layer.objects.select_related("current").filter(pk=package.manifest.layer).first()
    in_force = layer.current if layer else None
    change = audit_change(in_force, package.table, package.profile, progress=progress)
    return Accepted(checked, (judged(PACKAGE, checked.audit), change), started)


def _store(accepted: Accepted, *, by: User, job: ReleaseJob, progress: JobProgress) -> Release:
    release, package = _new_release(accepted, by, job), accepted.checked.package
    try:
        write_features(release, package.table, progress=progress)
        with transaction.atomic():
            Release.objects.filter(pk=release.pk).update(state=ReleaseState.AWAITING_APPROVAL)
            ReleaseEvent.objects.create(release=release, kind=EventKind.IMPORTED, by=by)
            audit = ReleaseAudit(release.pk, full=False, outputs=accepted.audited)
            record_run(release, audit, trigger=AuditTrigger.INTAKE, started=accepted.started)
    except (DatabaseError, OSError) as error:
        forget_release(release)
        raise StorageProblem(
            "数据库写入失败，未作任何更改",
            "the database could not take the features; nothing was changed",
            where=release.layer_id,
            mend_zh="请检查磁盘空间与数据库后重试",
            mend_en="check the disk space and the database, then try again",
        ) from error
    except BaseException:
        forget_release(release)
        raise
    release.refresh_from_db()
    return release


def _new_release(accepted: Accepted, by: User, job: ReleaseJob) -> Release:
    checked, package = accepted.checked, accepted.checked.package
    manifest, public = package.manifest, package.profile.public()
    west, south, east, north = shapely.total_bounds(to_crs(package.table, STORAGE_CRS).geometry)
    with transaction.atomic():
        layer, _created = Layer.objects.get_or_create(
            code=manifest.layer, defaults=layer_facts(public)
        )
        release = Release.objects.create(
            id=f"r{manifest.version}-{package.sha256[:8]}",
            layer=layer,
            version=manifest.version,
            state=ReleaseState.IMPORTING,
            sha256=package.sha256,
            profile=public,
            reports={
                "internal": {"quality": package.quality, "audit": package.audit},
                "portal": {
                    "quality": checked.quality.as_dict(),
                    "audit": checked.audit.as_dict(),
                    "signers": list(package.signers),
                },
                "difference": accepted.audited[1].as_dict(),
            },
            feature_count=len(package.table),
            bounds=[float(west), float(south), float(east), float(north)],
            imported_by=by,
            expires_at=manifest.expires,
        )
        # In one transaction: recovery must never see an importing release without its job.
        attach(job, release)
    return release


def layer_facts(public: dict[str, Any]) -> dict[str, Any]:
    """The columns of a layer that its profile decides."""
    facts = public["layer"]
    return {
        "title": facts["title"],
        "title_en": facts.get("title_en", ""),
        "category": facts.get("category", ""),
        "order": facts.get("order", 0),
    }


def forget_release(release: Release) -> None:
    """Remove a release that never came to await approval, and its layer if it had no other."""
    with transaction.atomic():
        release.features.all()._raw_delete(release.features.db)
        release.delete()
        Layer.objects.filter(pk=release.layer_id, releases=None, current=None).delete()


def _record_incident(refusal: Refusal, path: Path, by: User) -> None:
    Incident.objects.create(
        code=refusal.code,
        layer_code=refusal.where[:40] if refusal.where.isidentifier() else "",
        sha256=_sha256(path),
        size=path.stat().st_size if path.is_file() else 0,
        message=refusal.zh,
        message_en=refusal.en,
        findings=_findings(refusal),
        reported_by=by,
    )
    logger.warning("package refused: %s", refusal.code)


def _findings(refusal: Refusal) -> list[dict[str, Any]]:
    """What the portal's own audit or quality control found: rules and counts, no values."""
    report: dict[str, Any] = getattr(refusal, "report", {})
    failed = [check for check in report.get("checks", []) if check["verdict"] == "refuse"]
    return [
        {
            "rule": found.get("rule", found.get("code", "")),
            "zh": found["zh"],
            "en": found["en"],
            "count": found["count"],
        }
        for found in [*report.get("findings", []), *failed]
    ]


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep_upload(stream: Any) -> Path:
    """Store an official's upload in the intake folder until its job takes it.

    ``stream`` is Django's uploaded file. Returns the path.
    """
    intake = Path(settings.INTAKE_DIR)
    intake.mkdir(parents=True, exist_ok=True)
    handle, target = tempfile.mkstemp(prefix="upload-", suffix=".zip", dir=intake)
    with open(handle, "wb") as out:  # noqa: PTH123 - an open descriptor
        shutil.copyfileobj(stream, out)
    return Path(target)
