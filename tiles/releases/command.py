"""What the release commands share: people, refusals, progress and JSON output."""

from __future__ import annotations

import json
import resource
import time
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tiles.packages.command_line import refusing
from tiles.packages.measure import StepCost
from tiles.packages.progress import ProgressBar
from tiles.releases.errors import UnknownLayer, UnknownRelease, UnknownUser
from tiles.releases.models import Layer, Release
from tiles.releases.recovery import recover

INTAKE_USER = "internal-exchange"
"""The account in whose name packages are taken in when nobody is named; it cannot sign in."""


class MeteredProgress:
    """Shows a progress bar and keeps what each step took, in the order in which they began."""

    def __init__(self) -> None:
        self._bar = ProgressBar()
        self._step = ""
        self._started = 0.0
        self.costs: list[StepCost] = []

    def __call__(self, step: str, done: int, total: int) -> None:
        self._bar(step, done, total)
        if step != self._step:
            self._end_step()
            self._step, self._started = step, time.monotonic()

    def close(self) -> None:
        self._end_step()
        self._bar.close()

    def _end_step(self) -> None:
        if self._step:
            own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            seconds = time.monotonic() - self._started
            self.costs.append(StepCost(self._step, seconds, own, children))
            self._step = ""


class ReleaseCommand(BaseCommand, ABC):
    """A command that prints JSON with ``--json`` and ends with code 1 on a refusal."""

    recovers = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="机器可读 / machine-readable")
        self.add_own_arguments(parser)

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Arguments besides ``--json``."""

    def handle(self, *_args: Any, **options: Any) -> None:
        self.progress = MeteredProgress()
        with refusing(as_json=options["json"], out=self.stdout):
            try:
                if self.recovers:
                    recover()
                result = self.run(options)
            finally:
                self.progress.close()
        steps = [cost.as_dict() for cost in self.progress.costs]
        if options["json"]:
            document = {**result, "steps": steps}
            self.stdout.write(json.dumps(document, ensure_ascii=False, default=str))
        else:
            self.show(result)
            for cost in self.progress.costs:
                self.stdout.write(str(cost))
        if problem := self.problem(result):
            raise CommandError(problem, returncode=1)

    @abstractmethod
    def run(self, options: dict[str, Any]) -> dict[str, Any]:
        """Do the work; returns what ``--json`` prints."""

    def problem(self, _result: dict[str, Any]) -> str:
        """Why a command whose result was printed still ends with code 1; empty: it does not."""
        return ""

    def show(self, result: dict[str, Any]) -> None:
        """Print a result for people."""
        for key, value in result.items():
            self.stdout.write(f"{key}: {value}")


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
