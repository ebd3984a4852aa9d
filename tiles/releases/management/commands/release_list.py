"""``release_list``: layers and their releases."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from tiles.releases.command import ReleaseCommand, release_facts
from tiles.releases.models import Release


class Command(ReleaseCommand):
    help = "列出发布版本 / list releases"
    recovers = False

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--layer", default="", help="只看一个图层 / one layer only")

    def run(self, options: dict[str, Any]) -> dict[str, Any]:
        releases = Release.objects.select_related("layer", "imported_by", "approved_by")
        if options["layer"]:
            releases = releases.filter(layer_id=options["layer"])
        return {"releases": [release_facts(release) for release in releases]}

    def show(self, result: dict[str, Any]) -> None:
        for facts in result["releases"]:
            mark = "*" if facts["current"] else " "
            self.stdout.write(
                f"{mark} {facts['id']}  {facts['layer']}  {facts['state']}  {facts['features']}"
            )
        if not result["releases"]:
            self.stdout.write("没有发布版本 / no releases")
