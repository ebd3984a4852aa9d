"""``tiles_export``: the releases in force as files for nginx, a CDN or an object store."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from tiles.releases.command import ReleaseCommand
from tiles.releases.directory import Directory, load_directory
from tiles.serving.export.export import export_tiles
from tiles.serving.export.nginx import DEFAULT_LISTEN, write_nginx


class Command(ReleaseCommand):
    help = "导出已发布的瓦片 / export the published tiles as files"
    recovers = False

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", required=True, type=Path, help="输出目录 / folder")
        parser.add_argument(
            "--layer", action="append", default=[], help="只导出此图层，可重复 / only this layer"
        )
        parser.add_argument(
            "--form",
            choices=("tiles", "archives", "both"),
            default="tiles",
            help="逐块文件、PMTiles 档案或两者 / single tiles, PMTiles archives, or both",
        )
        parser.add_argument("--nginx", action="store_true", help="写出 nginx 配置 / configuration")
        parser.add_argument("--listen", default=DEFAULT_LISTEN, help="nginx 监听地址 / address")
        parser.add_argument("--portal", default="", help="其余请求转发到 / where the rest goes")

    def run(self, options: dict[str, Any]) -> dict[str, Any]:
        try:
            directory = load_directory(settings.PUBLISHED_DIR)
        except FileNotFoundError:  # nothing was ever published
            directory = Directory()
        result = export_tiles(
            settings.PUBLISHED_DIR,
            directory,
            options["out"],
            layers=options["layer"],
            form=options["form"],
            progress=self.progress,
        )
        written = (
            write_nginx(
                options["out"],
                options["form"],
                listen=options["listen"],
                portal=options["portal"],
            )
            if options["nginx"]
            else []
        )
        return {
            "out": str(options["out"]),
            "written": result.written,
            "kept": result.kept,
            "removed": result.removed,
            "nginx": [str(path) for path in written],
        }

    def show(self, result: dict[str, Any]) -> None:
        for key, word in (("written", "写出 written"), ("removed", "移除 removed")):
            for name in result[key]:
                self.stdout.write(f"{word}  {name}")
        self.stdout.write(
            f"写出 {len(result['written'])}，未变 {len(result['kept'])}，移除 {len(result['removed'])}"
            f" / {len(result['written'])} written, {len(result['kept'])} unchanged,"
            f" {len(result['removed'])} removed"
        )
        for path in result["nginx"]:
            self.stdout.write(f"nginx  {path}")
