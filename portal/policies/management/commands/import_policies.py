"""``import_policies``: bring texts of regulations into the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.regions.models import Region
from portal.policies.catalogue import Catalogue, CatalogueError
from portal.policies.enums import RegulationKind
from portal.policies.facts import Setting
from portal.policies.import_texts import files_below, import_texts
from portal.policies.report import Report, RowState


class Command(BaseCommand):
    help = "导入法规文本 / import texts of regulations (Markdown, text, docx, PDF)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--meta",
            action="append",
            type=Path,
            default=[],
            help="元数据（SQLite，可多次给出） / metadata, may be given more than once",
        )
        parser.add_argument("--region", help="适用区域的区划代码 / code of the division")
        parser.add_argument("--kind", choices=RegulationKind.values, default="")
        parser.add_argument("--dry-run", action="store_true", help="只检查 / change nothing")
        parser.add_argument("--json", action="store_true", help="报告为JSON / report as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        missing = [path for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError(f"文件不存在 / no such file: {missing[0]}")
        report = import_texts(
            files_below(options["paths"]),
            catalogue=self._catalogue(options["meta"]),
            setting=Setting(region=self._region(options["region"]), kind=options["kind"]),
            dry_run=options["dry_run"],
        )
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self._print(report)
        if report.failed:
            raise CommandError(
                f"{report.failed} 个文件未导入 / {report.failed} files were not imported",
                returncode=1,
            )

    def _catalogue(self, paths: list[Path]) -> Catalogue:
        catalogue = Catalogue()
        for path in paths:
            try:
                catalogue.read(path)
            except CatalogueError as problem:
                raise CommandError(str(problem)) from problem
        return catalogue

    def _region(self, code: str | None) -> Region | None:
        if not code:
            return None
        region = Region.objects.filter(code=code).first()
        if region is None:
            raise CommandError(f"没有区划代码 / no division with code {code}")
        return region

    def _print(self, report: Report) -> None:
        for row in report.rows:
            if row.state in {RowState.FAILED, RowState.REMARK}:
                where = f"{row.file}:{row.line}" if row.line else row.file
                self.stdout.write(f"{row.state.label}  {where}  {row.zh} / {row.en}")
        counts = "  ".join(f"{state.label} {report.count(state)}" for state in RowState)
        self.stdout.write(f"{counts}  条 / articles {report.articles}")
