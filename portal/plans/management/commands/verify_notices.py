"""``verify_notices``: every notice and every byte of its documents against the hashes."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.core.integrity.run import keep
from portal.plans.nightly import NAME, outcome_of
from portal.plans.verify import verify_notices


class Command(BaseCommand):
    help = "逐字节核对公示的文本与文件 / check texts and files of notices byte by byte; code 1 on any difference"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="机器可读 / machine-readable")

    def handle(self, *_args: Any, **options: Any) -> None:
        started = timezone.now()
        result = verify_notices()
        keep(NAME, outcome_of(result), started)
        if options["json"]:
            document = {
                "versions": result.versions,
                "documents": result.documents,
                "mismatches": [mismatch.__dict__ for mismatch in result.mismatches],
            }
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        else:
            for mismatch in result.mismatches:
                self.stderr.write(str(mismatch))
            self.stdout.write(
                f"核对 {result.versions} 个版本、{result.documents} 个文件，{len(result.mismatches)} 处不符"
                f" / {result.versions} versions, {result.documents} documents,"
                f" {len(result.mismatches)} mismatches"
            )
        if result.mismatches:
            sys.exit(1)
