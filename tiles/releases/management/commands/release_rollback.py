"""``release_rollback LAYER --to ID``: an earlier release comes back into force."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from tiles.releases.command import (
    ReleaseCommand,
    find_layer,
    find_release,
    find_user,
    release_facts,
)
from tiles.releases.rollback import roll_back


class Command(ReleaseCommand):
    help = (
        "把图层回退到较早的已发布版本 / put an earlier published release of a layer back into force"
    )

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("layer")
        parser.add_argument("--to", required=True, help="版本编号 / release id")
        parser.add_argument(
            "--by", default="", help="操作人用户名；缺省为控制台 / user name; default: the console"
        )

    def run(self, options: dict[str, Any]) -> dict[str, Any]:
        by = find_user(options["by"]) if options["by"] else None
        roll_back(find_layer(options["layer"]), to=find_release(options["to"]), by=by)
        return release_facts(find_release(options["to"]))
