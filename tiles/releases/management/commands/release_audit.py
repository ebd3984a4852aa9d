"""``release_audit ID``: the public half of the leak audit over what was written."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from tiles.releases.audit import audit_release
from tiles.releases.command import ReleaseCommand, find_release
from tiles.releases.enums import EventKind
from tiles.releases.errors import AuditFailed
from tiles.releases.models import ReleaseEvent


class Command(ReleaseCommand):
    help = "对已写入的要素与瓦片做公开侧审计 / audit the stored features and tiles of a release"
    recovers = False

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("release")

    def run(self, options: dict[str, Any]) -> dict[str, Any]:
        release = find_release(options["release"])
        result = audit_release(release, progress=self.progress)
        outcome = "passed" if result["passed"] else "failed"
        ReleaseEvent.objects.create(release=release, kind=EventKind.AUDITED, note=outcome)
        if not result["passed"]:
            refusal = AuditFailed(
                "审计未通过",
                "the audit failed",
                where=release.pk,
                mend_zh="请撤回该版本并在内部节点重新打包",
                mend_en="withdraw the release and pack it again at the internal node",
            )
            raise refusal
        return result
