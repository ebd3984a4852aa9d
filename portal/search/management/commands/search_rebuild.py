"""Rebuild the search index, or compare it with its sources."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.search.lock import current_state
from portal.search.meaning import NoModel, embed_missing
from portal.search.rebuild import RebuildRunning, rebuild, verify
from portal.search.source import UnknownKind
from portal.search.vectors import BrokenVectors


class Command(BaseCommand):
    """``search_rebuild``: everything; ``--kind``: one kind; ``--verify``: change nothing, compare."""

    help = "重建检索索引，或与来源核对 / rebuild the search index, or compare it with its sources"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to rebuild, and for how long to embed."""
        parser.add_argument("--kind", help="only this kind of document")
        parser.add_argument("--verify", action="store_true", help="compare, change nothing")
        parser.add_argument("--words-only", action="store_true", help="make no vectors")
        parser.add_argument("--vectors-only", action="store_true", help="make missing vectors only")
        parser.add_argument("--minutes", type=float, help="stop making vectors after this time")
        parser.add_argument("--force", action="store_true", help="take over from a dead rebuild")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print counts; ``--verify`` fails when index and sources differ."""
        if options["verify"]:
            self._verify()
            return
        if not options["vectors_only"]:
            self._rebuild(options)
        if not options["words_only"]:
            self._embed(options["minutes"])

    def _rebuild(self, options: dict[str, Any]) -> None:
        try:
            report = rebuild(options["kind"], force=options["force"])
        except RebuildRunning as error:
            raise CommandError(f"索引正在重建 / another rebuild is running {error}") from error
        except UnknownKind as error:
            raise CommandError(f"没有这种来源 / no source of kind {error}") from error
        for kind, count in report.documents.items():
            self.stdout.write(f"{kind}: {count}")
        self.stdout.write(f"{sum(report.documents.values())} documents in {report.seconds:.1f} s")

    def _embed(self, minutes: float | None) -> None:
        if not settings.SEARCH_SEMANTIC:
            return
        seconds = None if minutes is None else minutes * 60
        try:
            done, left = embed_missing(current_state(), seconds=seconds)
        except NoModel as error:
            self.stdout.write(f"语义检索不可用 / semantic search not available: {error}")
        except BrokenVectors as error:
            raise CommandError(f"向量文件损坏 / damaged file of vectors: {error}") from error
        else:
            self.stdout.write(f"{done} vectors made, {left} missing")

    def _verify(self) -> None:
        difference = verify()
        for name in ("missing", "stale", "surplus"):
            for kind, keys in getattr(difference, name).items():
                shown = ", ".join(keys[:10]) + (" …" if len(keys) > 10 else "")
                self.stdout.write(f"{name} {kind}: {len(keys)} ({shown})")
        if difference:
            raise CommandError("索引与来源不一致 / index and sources differ")
        self.stdout.write("索引与来源一致 / the index is what its sources say")
