"""``release_recover``: undo what killed processes left half-done."""

from __future__ import annotations

from typing import Any

from tiles.releases.command import ReleaseCommand
from tiles.releases.recovery import recover


class Command(ReleaseCommand):
    help = "恢复被中断的导入与发布 / recover interrupted imports and publications"
    recovers = False

    def run(self, _options: dict[str, Any]) -> dict[str, Any]:
        return {"interrupted": recover()}

    def show(self, result: dict[str, Any]) -> None:
        if result["interrupted"]:
            self.stdout.write(
                f"已恢复 {result['interrupted']} 个中断的任务 / {result['interrupted']} interrupted jobs recovered"
            )
