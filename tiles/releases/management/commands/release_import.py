"""``release_import FILE.zip``: verify a signed package and let it await approval."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from tiles.releases.command import ReleaseCommand, find_user, intake_user, release_facts
from tiles.releases.enums import JobKind
from tiles.releases.intake import import_package
from tiles.releases.jobs import new_job


class Command(ReleaseCommand):
    help = (
        "校验并导入发布包，等待审批 / verify and import a release package; it then awaits approval"
    )

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", default="", help="导入人用户名 / user name of the importer")

    def run(self, options: dict[str, Any]) -> dict[str, Any]:
        by = find_user(options["by"]) if options["by"] else intake_user()
        job = new_job(JobKind.IMPORT, by=by)
        release = import_package(options["file"], by=by, job=job, progress=self.progress)
        return release_facts(release)
