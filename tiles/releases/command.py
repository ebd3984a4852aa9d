"""What the release commands share: people, refusals, progress and JSON output."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandParser

from tiles.desensitise.errors import Refusal
from tiles.packages.progress import terminal_progress
from tiles.releases.errors import UnknownLayer, UnknownRelease, UnknownUser
from tiles.releases.models import Layer, Release
from tiles.releases.recovery import recover

INTAKE_USER = "internal-exchange"
"""The account in whose name packages are taken in when nobody is named; it cannot sign in."""


class ReleaseCommand(BaseCommand):
    """A command that prints JSON with ``--json`` and ends with code 1 on a refusal."""

    recovers = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="机器可读输出 / machine-readable output"
        )
        self.add_own_arguments(parser)

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Arguments besides ``--json``."""

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if self.recovers:
                recover()
            result = self.run(options)
        except Refusal as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"refusal": refusal.as_dict()}, ensure_ascii=False))
            else:
                self.stderr.write(self.style.ERROR(str(refusal)))
            sys.exit(1)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, default=str))
        else:
            self.show(result)

    def run(self, options: dict[str, Any]) -> dict[str, Any]:
        """Do the work; returns what ``--json`` prints."""
        raise NotImplementedError

    def show(self, result: dict[str, Any]) -> None:
        """Print a result for people."""
        for key, value in result.items():
            self.stdout.write(f"{key}: {value}")

    def progress(self, options: dict[str, Any]) -> Any:
        return terminal_progress(quiet=options["json"])


def find_user(name: str) -> Any:
    try:
        return get_user_model().objects.get(username=name)
    except get_user_model().DoesNotExist as error:
        raise UnknownUser(
            f"没有用户 {name}",
            f"there is no user {name}",
            mend_zh="用 createsuperuser 或后台创建用户",
            mend_en="create the user in the admin first",
        ) from error


def intake_user() -> Any:
    user, created = get_user_model().objects.get_or_create(
        username=INTAKE_USER, defaults={"first_name": "内网交换", "is_active": False}
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def find_release(pk: str) -> Release:
    try:
        return Release.objects.select_related("layer__current").get(pk=pk)
    except Release.DoesNotExist as error:
        raise UnknownRelease(
            f"没有版本 {pk}",
            f"there is no release {pk}",
            mend_zh="用 release_list 查看",
            mend_en="see release_list",
        ) from error


def find_layer(code: str) -> Layer:
    try:
        return Layer.objects.select_related("current").get(pk=code)
    except Layer.DoesNotExist as error:
        raise UnknownLayer(
            f"没有图层 {code}",
            f"there is no layer {code}",
            mend_zh="用 release_list 查看",
            mend_en="see release_list",
        ) from error


def release_facts(release: Release) -> dict[str, Any]:
    """The facts of a release that commands print."""
    return {
        "id": release.pk,
        "layer": release.layer_id,
        "version": release.version,
        "state": release.state,
        "current": release.is_current,
        "features": release.feature_count,
        "bounds": release.bounds,
        "imported_by": release.imported_by.get_username(),
        "imported_at": release.imported_at,
        "approved_by": release.approved_by.get_username() if release.approved_by else None,
        "published_at": release.published_at,
        "archives": release.archives,
    }
