"""``release_audit ID [--full]``: the public half of the leak audit over what was written."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from tiles.releases.audit_runs import run_audit
from tiles.releases.audit_text import audit_lines
from tiles.releases.audit_words import VERDICTS
from tiles.releases.command import ReleaseCommand, find_release
from tiles.releases.enums import AuditTrigger


class Command(ReleaseCommand):
    help = "对已写入的要素与瓦片做公开侧审计 / audit what was written for a release"
    recovers = False

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("release")
        parser.add_argument(
            "--full",
            action="store_true",
            help="含全部档案的每块瓦片 / every tile of every archive, too",
        )

    def run(self, options: dict[str, Any]) -> dict[str, Any]:
        release = find_release(options["release"])
        run = run_audit(
            release, trigger=AuditTrigger.MANUAL, full=options["full"], progress=self.progress
        )
        return {"run": run.pk, **run.report}

    def show(self, result: dict[str, Any]) -> None:
        for line in audit_lines(result):
            self.stdout.write(line)

    def problem(self, result: dict[str, Any]) -> str:
        return "" if result["passed"] else " / ".join(VERDICTS[result["passed"]])
