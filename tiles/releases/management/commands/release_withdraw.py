"""``release_withdraw ID --reason TEXT``: a release is served no longer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from tiles.releases.command import ReleaseCommand, find_release, find_user, release_facts
from tiles.releases.withdraw import withdraw_release


class Command(ReleaseCommand):
    help = "撤回发布版本并删除其数据 / withdraw a release and delete its data"

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("release")
        parser.add_argument("--reason", required=True, help="撤回原因 / the reason")
        parser.add_argument(
            "--by", default="", help="操作人用户名；缺省为控制台 / user name; default: the console"
        )

    def run(self, options: dict[str, Any]) -> dict[str, Any]:
        by = find_user(options["by"]) if options["by"] else None
        release = find_release(options["release"])
        withdraw_release(release, reason=options["reason"], by=by)
        return release_facts(find_release(release.pk))
