"""``verify_audit``: walk the hash chain of the audit log."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.core.audit.verify import Verification, verify_chain
from portal.core.integrity.audit_chain import NAME, outcome_of
from portal.core.integrity.run import keep


class Command(BaseCommand):
    help = (
        "核验审计日志，有任何差异则以 1 退出 / "
        "verify the audit log; ends with 1 when anything differs"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出 / print JSON")
        parser.add_argument(
            "--expect-head",
            default="",
            metavar="SHA256",
            help="另行记下的摘要，日志必须含有它 / a hash written down elsewhere; the log must hold it",
        )
        parser.add_argument(
            "--anchors",
            type=Path,
            help="锚点文件，缺省为 AUDIT_ANCHORS / the anchor file, by default AUDIT_ANCHORS",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        started = time.monotonic()
        began = timezone.now()
        anchors = options["anchors"] or Path(settings.AUDIT_ANCHORS)
        result = verify_chain(anchors, options["expect_head"])
        if not options["anchors"] and not options["expect_head"]:
            # The same question as at night; another one says nothing about it.
            keep(NAME, outcome_of(result), began)
        seconds = round(time.monotonic() - started, 2)
        if options["json"]:
            self.stdout.write(json.dumps({**result.as_dict(), "seconds": seconds}))
        else:
            self._tell(result, seconds)
        if not result.sound:
            sys.exit(1)

    def _tell(self, result: Verification, seconds: float) -> None:
        for difference in result.differences:
            self.stderr.write(f"{difference.zh} / {difference.en}")
        verdict = "完好 / sound" if result.sound else f"{result.found} 处差异 / differences"
        self.stdout.write(
            f"{verdict}: {result.events} 条 / events, {result.anchors} 个锚点 / anchors, {seconds} s"
        )
        self.stdout.write(f"最新摘要 / head: {result.last} {result.head}")
