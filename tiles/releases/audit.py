"""The public half of the leak audit, over what this portal has stored and written.

Everything is read back from where it was written: the features from the database, the tiles from
their archives. What cannot be read is not checked, and then the audit has not passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from tiles.desensitise.audit import (
    AuditReport,
    Finding,
    audit_difference,
    audit_public,
)
from tiles.desensitise.audit_outputs import audit_averages
from tiles.desensitise.audit_published import Published
from tiles.desensitise.features import FeatureTable
from tiles.desensitise.floor import FLOOR
from tiles.desensitise.profile import Profile, parse_public
from tiles.releases.enums import ReleaseState
from tiles.releases.errors import WrongState
from tiles.releases.feature_store import read_features
from tiles.releases.models import Release
from tiles.releases.published import release_folder

Progress = Callable[[str, int, int], None]

PACKAGE, FEATURES, AVERAGING, DIFFERENCE = "package", "features", "averaging", "difference"
ARCHIVE = "archive:"
"""Before the id of a tile matrix set."""

UNREADABLE = "archive_unreadable"
NOT_CHECKED = frozenset({"not_checked", UNREADABLE, "nothing_checked"})
"""Findings that say that a thing could not be looked at, not that it is wrong."""

FOLLOWS_FROM_DAMAGE = frozenset({"archive_bytes", "reappears", "same_geometry"})
"""What an archive that was cut off also seems to break: it lacks tiles, and bytes."""

AUDITABLE = (ReleaseState.AWAITING_APPROVAL, ReleaseState.BUILDING, ReleaseState.PUBLISHED)


@dataclass(frozen=True)
class OutputAudit:
    """What the audit found of one output of a release (成果).

    ``passed`` is None when it could not be checked. ``about`` are facts that a reader needs, such
    as the release that this one was compared with.
    """

    output: str
    passed: bool | None
    findings: tuple[Finding, ...] = ()
    checked: Mapping[str, int] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "output": self.output,
            "passed": self.passed,
            "checked": dict(self.checked),
            "findings": [finding.as_dict() for finding in self.findings],
            **self.about,
        }


@dataclass(frozen=True)
class ReleaseAudit:
    """The audit of a release: every output that was looked at, in the order of the looking."""

    release: str
    full: bool
    outputs: tuple[OutputAudit, ...]

    @property
    def passed(self) -> bool | None:
        return overall(output.passed for output in self.outputs)

    def as_dict(self) -> dict[str, Any]:
        return {
            "release": self.release,
            "full": self.full,
            "passed": self.passed,
            "outputs": [output.as_dict() for output in self.outputs],
        }


def overall(verdicts: Iterable[bool | None]) -> bool | None:
    """One failure fails the whole; without any, one thing not checked leaves it not checked."""
    found = set(verdicts)
    if False in found:
        return False
    return True if found == {True} else None


def judged(output: str, report: AuditReport, about: Mapping[str, Any] | None = None) -> OutputAudit:
    """An audit report as the verdict on an output."""
    refused = {finding.rule for finding in report.findings if finding.severity == "refuse"}
    if UNREADABLE in refused:
        refused -= FOLLOWS_FROM_DAMAGE
    passed: bool | None = False
    if refused <= NOT_CHECKED:
        passed = None if refused or not any(report.checked.values()) else True
    return OutputAudit(output, passed, report.findings, report.checked, about or {})


def not_checked(output: str, zh: str, en: str) -> OutputAudit:
    return OutputAudit(output, None, (Finding("not_checked", "refuse", zh, en),))


def audit_release(release: Release, *, full: bool, progress: Progress) -> ReleaseAudit:
    """Audit what was written for a release: stored features, difference to the one before.

    ``full`` adds every tile of every archive and averaging over them.
    """
    progress("read", 0, release.feature_count)
    table = read_on_the_ground(release)
    outputs = audit_store(release, table, previous_release(release), progress=progress)
    if full:
        outputs += audit_archives(release, table, written_archives(release), progress=progress)
    return ReleaseAudit(release.pk, full, tuple(outputs))


def require_auditable(release: Release) -> None:
    """Raise ``WrongState`` when a release has nothing that could be read back."""
    if release.state not in AUDITABLE:
        raise WrongState(
            f"当前状态为“{release.get_state_display()}”，没有可审计的数据",
            f"the release is in state {release.state!r} and has nothing to audit",
            where=release.pk,
            mend_zh="待审批与已发布的版本可以审计",
            mend_en="releases that await approval or are published can be audited",
        )


def read_on_the_ground(release: Release) -> FeatureTable:
    """The stored features in the CRS in which the grid of the release's profile is."""
    return read_features(release, crs=parse_public(release.profile).ground.crs)


def audit_store(
    release: Release, table: FeatureTable, previous: Release | None, *, progress: Progress
) -> list[OutputAudit]:
    """The stored features (``table``, in the ground CRS) and what they change."""
    profile = parse_public(release.profile)
    progress("audit", 0, len(table))
    report = audit_public(table, profile, FLOOR)
    if len(table) != release.feature_count:
        zh, en = "要素库的要素数与发布包不同", "the store has another number of features"
        lost = Finding("stored_count", "refuse", zh, en, abs(len(table) - release.feature_count))
        report = AuditReport((*report.findings, lost), report.checked)
    report = AuditReport(report.findings, {**report.checked, "stored_count": len(table)})
    return [
        judged(FEATURES, report),
        audit_change(previous, table, profile, progress=progress),
    ]


def audit_change(
    previous: Release | None, table: FeatureTable, profile: Profile, *, progress: Progress
) -> OutputAudit:
    """What a table (in the ground CRS) changes against an earlier release; None: there is none."""
    if previous is None:
        return OutputAudit(DIFFERENCE, True, about={"previous": None})
    progress("difference", 0, previous.feature_count)
    before = read_on_the_ground(previous)
    if len(before) != previous.feature_count:
        zh, en = "对比版本的要素不全", "the release to compare with has lost features"
        return not_checked(DIFFERENCE, zh, en)
    report = audit_difference(
        before,
        table,
        profile,
        same_profile=_same_rules(parse_public(previous.profile), profile),
    )
    about = {"previous": previous.pk, "before": len(before), "after": len(table)}
    return judged(DIFFERENCE, report, about)


def _same_rules(one: Profile, other: Profile) -> bool:
    """Whether two profiles desensitise alike, as far as their public halves tell."""
    return (one.ground, one.attributes, one.small_counts, one.layer.coverage) == (
        other.ground,
        other.attributes,
        other.small_counts,
        other.layer.coverage,
    )


def previous_release(release: Release) -> Release | None:
    """What a release is compared with: before approval the one in force, later the one before."""
    if release.state != ReleaseState.PUBLISHED:
        return release.layer.current
    return (
        Release.objects.filter(
            layer=release.layer_id, state=ReleaseState.PUBLISHED, version__lt=release.version
        )
        .order_by("-version")
        .first()
    )


def written_archives(release: Release) -> dict[str, Path]:
    """The archives of a published release: tile matrix set id -> file."""
    folder = Path(settings.PUBLISHED_DIR)
    return {tms: folder / relative for tms, relative in release.archives.items()}


def audit_archives(
    release: Release, table: FeatureTable, archives: Mapping[str, Path], *, progress: Progress
) -> list[OutputAudit]:
    """Every tile of every archive, and averaging over all; ``table`` is in the ground CRS."""
    if not archives:
        zh, en = "尚未生成瓦片档案", "no tile archive was written yet"
        return [not_checked(f"{ARCHIVE}*", zh, en)]
    there = {tms: path for tms, path in archives.items() if path.is_file()}
    profile = parse_public(release.profile)
    reports, averaged = audit_averages(there, Published(table, profile), progress=progress)
    outputs = [
        judged(ARCHIVE + tms, report, {"bytes": there[tms].stat().st_size})
        for tms, report in reports.items()
    ]
    for tms in archives.keys() - there.keys():
        zh, en = "瓦片档案不存在", "the tile archive is missing"
        outputs.append(not_checked(ARCHIVE + tms, zh, en))
    if all(output.passed is not None for output in outputs):
        outputs.append(judged(AVERAGING, averaged))
    else:
        zh, en = "有档案未能核对，无法求平均", "an archive was not checked: no averaging"
        outputs.append(not_checked(AVERAGING, zh, en))
    return [*outputs, *_unknown_files(release, archives)]


def _unknown_files(release: Release, archives: Mapping[str, Path]) -> list[OutputAudit]:
    """Files beside the archives that nobody has looked at."""
    folder = release_folder(release)
    known = {path.resolve() for path in archives.values()}
    strangers = [path for path in folder.rglob("*") if path.is_file()]
    count = sum(path.resolve() not in known for path in strangers)
    if not count:
        return []
    zh, en = f"目录中有 {count} 个未知文件", f"{count} unknown files lie beside the archives"
    return [not_checked("files", zh, en)]
