"""``release_audit_live``: the full leak audit over every release in force."""

from __future__ import annotations

from typing import Any

from tiles.releases.audit import overall
from tiles.releases.audit_runs import run_audit
from tiles.releases.audit_text import audit_lines
from tiles.releases.audit_words import VERDICTS
from tiles.releases.command import ReleaseCommand
from tiles.releases.enums import AuditTrigger
from tiles.releases.models import Release


class Command(ReleaseCommand):
    help = "全面审计全部现行版本 / audit every release in force in full"
    recovers = False

    def run(self, _options: dict[str, Any]) -> dict[str, Any]:
        reports = []
        for release in Release.objects.current().select_related("layer").order_by("layer_id"):
            run = run_audit(release, trigger=AuditTrigger.MANUAL, full=True, progress=self.progress)
            reports.append({"run": run.pk, "layer": release.layer_id, **run.report})
        # Nothing in force has nothing that could leak.
        passed = overall(report["passed"] for report in reports) if reports else True
        return {"passed": passed, "releases": reports}

    def show(self, result: dict[str, Any]) -> None:
        for report in result["releases"]:
            for line in audit_lines(report):
                self.stdout.write(line)
        if not result["releases"]:
            self.stdout.write("没有现行版本 / no release in force")

    def problem(self, result: dict[str, Any]) -> str:
        return "" if result["passed"] else " / ".join(VERDICTS[result["passed"]])
