"""A trusted internal node and three officials."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from portal.core.regions.models import Region
from portal.staff.enums import Column
from portal.staff.models import Posting
from tests.factories.packages import Node
from tiles.releases.approve import approve_release
from tiles.releases.enums import JobKind
from tiles.releases.intake import import_package
from tiles.releases.jobs import new_job
from tiles.releases.models import Release


@pytest.fixture
def var(settings, tmp_path: Path) -> Path:
    """A PORTAL_VAR of this test's own."""
    folder = tmp_path / "var"
    folder.mkdir()
    settings.PORTAL_VAR = folder
    settings.PUBLISHED_DIR = folder / "published"
    settings.INTAKE_DIR = folder / "intake"
    settings.TRUST_FILE = folder / "trust.json"
    return folder


@dataclass(frozen=True)
class SharedNode(Node):
    """A node that packs each package once for all tests; ``kept`` holds them by their making."""

    warehouse: Node = field(kw_only=True)
    kept: dict[tuple[object, ...], Path] = field(kw_only=True)

    def pack(self, code: str = "plots", **making: Any) -> Path:
        key = (code, *sorted(making.items()))
        if key not in self.kept:
            packed = self.warehouse.pack(code, **making)
            self.kept[key] = packed.rename(packed.with_name(f"kept-{len(self.kept)}.zip"))
        own = self.folder / f"{code}-{len(list(self.folder.iterdir()))}.zip"
        return shutil.copyfile(self.kept[key], own)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> tuple[Node, dict[Any, Path]]:
    return Node.make(tmp_path_factory.mktemp("warehouse")), {}


@pytest.fixture
def node(var: Path, tmp_path: Path, warehouse: tuple[Node, dict[Any, Path]]) -> Node:
    maker, kept = warehouse
    shutil.copytree(maker.folder / "keys", tmp_path / "node" / "keys")
    shutil.copyfile(maker.trust, var / "trust.json")
    return SharedNode(tmp_path / "node", warehouse=maker, kept=kept)


def official(name: str, *permissions: str) -> User:
    user = User.objects.create_user(name, password="x")
    wanted = Permission.objects.filter(codename__in=["access_admin", *permissions])
    user.user_permissions.set(wanted)
    if permissions:
        city, _made = Region.objects.get_or_create(
            code="990100", defaults={"name": "示例市", "level": 2}
        )
        Posting.objects.create(user=user, region=city, column=Column.RELEASES)
    return user


@pytest.fixture
def importer(db) -> User:
    return official("importer", "import_release")


@pytest.fixture
def approver(db) -> User:
    return official("approver", "approve_release")


@pytest.fixture
def stranger(db) -> User:
    """An official with access to the admin and no part in releases."""
    return official("stranger")


@pytest.fixture
def take_in(importer: User):
    def run(package: Path) -> Release:
        return import_package(package, by=importer, job=new_job(JobKind.IMPORT, by=importer))

    return run


@pytest.fixture
def publish(take_in, approver: User):
    def run(package: Path) -> Release:
        release = take_in(package)
        job = new_job(JobKind.PUBLISH, by=approver, release=release)
        return approve_release(release, by=approver, job=job)

    return run
