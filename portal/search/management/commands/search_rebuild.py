"""Rebuild the search index, or compare it with its sources."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.search.rebuild import RebuildRunning, rebuild, verify
from portal.search.source import UnknownKind


class Command(BaseCommand):
    """``search_rebuild``: everything; ``--kind``: one kind; ``--verify``: change nothing, compare."""

    help = "重建检索索引，或与来源核对 / rebuild the search index, or compare it with its sources"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--kind``, ``--verify``, ``--force``."""
        parser.add_argument("--kind", help="only this kind of document")
        parser.add_argument("--verify", action="store_true", help="compare, change nothing")
        parser.add_argument("--force", action="store_true", help="take over from a dead rebuild")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print counts; ``--verify`` fails when index and sources differ."""
        if options["verify"]:
            self._verify()
            return
        try:
            report = rebuild(options["kind"], force=options["force"])
        except RebuildRunning as error:
            raise CommandError(f"索引正在重建 / another rebuild is running {error}") from error
        except UnknownKind as error:
            raise CommandError(f"没有这种来源 / no source of kind {error}") from error
        for kind, count in report.documents.items():
            self.stdout.write(f"{kind}: {count}")
        self.stdout.write(f"{sum(report.documents.values())} documents in {report.seconds:.1f} s")

    def _verify(self) -> None:
        difference = verify()
        for name in ("missing", "stale", "surplus"):
            for kind, keys in getattr(difference, name).items():
                shown = ", ".join(keys[:10]) + (" …" if len(keys) > 10 else "")
                self.stdout.write(f"{name} {kind}: {len(keys)} ({shown})")
        if difference:
            raise CommandError("索引与来源不一致 / index and sources differ")
        self.stdout.write("索引与来源一致 / the index is what its sources say")
