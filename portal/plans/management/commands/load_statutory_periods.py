"""``load_statutory_periods``: the national public periods, where none are there yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.plans.statutory import load_national_periods


class Command(BaseCommand):
    help = "载入国家规定的公示期 / load the national public periods; existing ones stay"

    def handle(self, *_args: Any, **_options: Any) -> None:
        added = load_national_periods()
        self.stdout.write(f"新增 {added} / {added} added")
