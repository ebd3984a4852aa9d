"""``release_approve ID --by USER``: a second person publishes a release."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from tiles.releases.approve import approve_release
from tiles.releases.command import ReleaseCommand, find_release, find_user, release_facts
from tiles.releases.enums import JobKind
from tiles.releases.jobs import new_job


class Command(ReleaseCommand):
    help = "审批并发布(审批人不得是导入人) / approve and publish (never the importer)"

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("release")
        parser.add_argument("--by", required=True, help="审批人用户名 / user name of the approver")

    def run(self, options: dict[str, Any]) -> dict[str, Any]:
        by = find_user(options["by"])
        release = find_release(options["release"])
        job = new_job(JobKind.PUBLISH, by=by, release=release)
        release = approve_release(release, by=by, job=job, progress=self.progress)
        return release_facts(find_release(release.pk))
