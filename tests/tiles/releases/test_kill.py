"""kill -9 anywhere: the release in force stays whole, and the work can be repeated."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.factories.installation import Installation
from tests.factories.officials import APPROVER
from tests.factories.packages import Node

KILLS = int(os.environ.get("KILL_POINTS", "8"))
TILE = "/tiles/plots/{release}/14/13380/6750.mvt"


@pytest.fixture
def portal(installation: Installation, tmp_path: Path) -> tuple[Installation, Node]:
    node = Node.make(tmp_path / "node")
    shutil.copyfile(node.trust, installation.folder / "trust.json")
    installation.shell(APPROVER)
    return installation, node


def publish(portal: Installation, package: Path) -> str:
    release = portal.manage_json("release_import", str(package))["id"]
    portal.manage_json("release_approve", release, "--by", "approver")
    return str(release)


def killed_run(portal: Installation, after: float, *arguments: str) -> bool:
    """Start a command and kill its whole process group; False if it had ended before."""
    process = portal.start(*arguments)
    try:
        process.wait(after)
    except Exception:  # noqa: BLE001 - subprocess.TimeoutExpired: time to kill
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def duration(portal: Installation, *arguments: str) -> float:
    started = time.monotonic()
    portal.manage(*arguments)
    return time.monotonic() - started


def leftovers(portal: Installation) -> list[str]:
    """Files of unfinished work below the portal's folder."""
    patterns = ("intake/*", "published/**/*.partial", "published/**/*.building")
    return [str(path) for pattern in patterns for path in portal.folder.glob(pattern)]


@pytest.mark.slow
def test_killed_imports_leave_nothing_and_can_be_repeated(portal):
    installation, node = portal
    first = publish(installation, node.pack(version=1, side=40))
    whole = duration(installation, "release_import", str(node.pack(version=2, side=40, shift=20)))
    version, package = 3, node.pack(version=3, side=40, shift=10)
    chance = random.Random(20)
    killed = 0
    for _ in range(KILLS):
        after = chance.uniform(0.2 * whole, 0.95 * whole)
        killed += killed_run(installation, after, "release_import", str(package))
        installation.manage("release_recover")
        facts = installation.manage_json("release_list")["releases"]
        assert [fact["id"] for fact in facts if fact["current"]] == [first]
        assert {fact["state"] for fact in facts} <= {"published", "awaiting"}
        assert leftovers(installation) == []
        if any(fact["version"] == version for fact in facts):  # it was faster than the kill
            version += 1
            package = node.pack(version=version, side=40, shift=10)
    assert killed
    assert installation.manage_json("release_import", str(package))["state"] == "awaiting"


@pytest.mark.slow
def test_killed_publications_keep_the_old_release_and_can_be_repeated(portal):
    installation, node = portal
    first = installation.manage_json("release_import", str(node.pack(version=1, side=30)))["id"]
    whole = duration(installation, "release_approve", first, "--by", "approver")
    second = installation.manage_json(
        "release_import", str(node.pack(version=2, side=30, shift=10))
    )["id"]
    approve = ("release_approve", second, "--by", "approver")
    chance = random.Random(22)
    outcomes = set()
    with installation.serving():
        old_tile = tile_of(installation, first)
        for _ in range(KILLS):
            killed_run(installation, chance.uniform(0.2 * whole, whole), *approve)
            installation.manage("release_recover")
            facts = {f["id"]: f for f in installation.manage_json("release_list")["releases"]}
            assert tile_of(installation, first) == old_tile
            assert leftovers(installation) == []
            outcomes.add(facts[second]["state"])
            if facts[second]["state"] == "published":
                break
            assert facts[first]["current"]
            assert installation.get("/readyz").status == 200
        else:
            installation.manage_json(*approve)
        current = installation.get("/tiles/plots/tilejson.json").json()
        assert second in current["tiles"][0]
        assert tile_of(installation, second) != old_tile
    assert outcomes <= {"awaiting", "published"}


def tile_of(installation: Installation, release: str) -> bytes:
    answer = installation.get(TILE.format(release=release))
    assert answer.status == 200, answer
    return answer.body
