"""``release_pack SOURCE... --layer CODE --profile FILE --out FILE --sign KEY``: internal node."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tiles.packages.command_line import refusing, write_report
from tiles.packages.limits import MIB, Limits
from tiles.packages.pack import DEFAULT_VALID_DAYS, SourceOptions, pack
from tiles.packages.pack_report import PackReport
from tiles.packages.progress import ProgressBar


class Command(BaseCommand):
    help = (
        "质检、脱敏、审计、签名，生成发布包 / control, desensitise, audit, sign: a release package"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE")
        parser.add_argument("--layer", required=True)
        parser.add_argument("--profile", required=True, type=Path)
        parser.add_argument("--restricted", type=Path)
        parser.add_argument("--out", required=True, type=Path)
        parser.add_argument("--sign", required=True, action="append", type=Path, metavar="KEY")
        parser.add_argument(
            "--release-version", type=int, help="默认取 UTC 时间 / default: UTC time"
        )
        parser.add_argument("--valid-days", type=int, default=DEFAULT_VALID_DAYS)
        parser.add_argument("--crs", default="", help="EPSG:4547")
        parser.add_argument("--encoding", default="", help="gb18030, big5, utf-8, ...")
        parser.add_argument("--source-layer", action="append", default=[])
        parser.add_argument("--seconds", type=float, default=Limits.seconds)
        parser.add_argument("--memory-mib", type=int, default=Limits.memory_bytes // MIB)
        parser.add_argument("--report", type=Path, help="完整报告（仅留内网）/ full report")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = ProgressBar()
        with refusing(as_json=options["json"], out=self.stdout, report=options["report"]):
            try:
                report = _pack(options, bar)
            finally:
                bar.close()
            write_report(options["report"], report.as_dict())
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
        else:
            self.stdout.write(_summary(report))


def _pack(options: dict[str, Any], bar: ProgressBar) -> PackReport:
    return pack(
        options["sources"],
        layer=options["layer"],
        profile=options["profile"],
        restricted=options["restricted"],
        out=options["out"],
        keys=options["sign"],
        version=options["release_version"],
        valid_days=options["valid_days"],
        options=SourceOptions(options["crs"], options["encoding"], tuple(options["source_layer"])),
        limits=Limits(seconds=options["seconds"], memory_bytes=options["memory_mib"] * MIB),
        progress=bar,
    )


def _summary(report: PackReport) -> str:
    lines = [
        f"{report.out}  {report.size:,} B  sha256 {report.sha256}",
        f"{report.manifest.layer} {report.manifest.version}: {report.manifest.feature_count:,}",
    ]
    for check in report.quality.checks:
        if check.verdict != "pass":
            rows = ", ".join(map(str, check.examples))
            lines.append(f"[{check.verdict}] {check.zh} / {check.en}: {check.count} ({rows})")
    for repair in report.quality.repairs:
        lines.append(
            f"  #{repair.row} {repair.reason}: {repair.area_before:.2f} → {repair.area_after:.2f} m²"
        )
    lines += [f"  {n.source} {n.code}: {n.count}" for n in report.quality.noticed]
    lines.append(f"{'':<14}{'time':>10} {'self':>12} {'reader':>12}")
    lines += [str(step) for step in report.steps]
    return "\n".join(lines)
