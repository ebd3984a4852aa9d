"""``release_keys DIR``: demo signing keys and the trust file that belongs to them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tiles.packages.command_line import refusing
from tiles.packages.keys import DEFAULT_NAMES, TRUST_NAME, load_trust, make_keys


class Command(BaseCommand):
    help = "生成签名密钥和信任文件 / make signing keys and the trust file"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument(
            "--name", action="append", dest="names", help="签名人 / a signer's name"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        names = tuple(options["names"] or DEFAULT_NAMES)
        with refusing(as_json=options["json"], out=self.stdout):
            make_keys(directory, names)
            trust = load_trust(directory / TRUST_NAME)
        keys = [{"id": key.id, "name": key.name} for key in trust.keys.values()]
        if options["json"]:
            self.stdout.write(json.dumps({"threshold": trust.threshold, "keys": keys}))
            return
        for key in keys:
            self.stdout.write(f"{key['id']}  {key['name']}.key.pem")
        self.stdout.write(f"{TRUST_NAME}: {trust.threshold} / {len(keys)}")
