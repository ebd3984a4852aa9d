"""The real worker audits what is live once a night, killed or not."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.factories.installation import Installation
from tests.factories.officials import APPROVER
from tests.factories.packages import Node

SECONDS = 60
AGED = """
from datetime import timedelta
from django.utils import timezone
from tiles.releases.models import Release
Release.objects.update(published_at=timezone.now() - timedelta(days=3))
"""
NIGHTS = """
from tiles.releases.models import AuditRun
for run in AuditRun.objects.filter(trigger="nightly"):
    print(run.finished_at is not None, run.passed, run.attempts)
"""


@pytest.fixture
def portal(installation: Installation, tmp_path: Path) -> Installation:
    node = Node.make(tmp_path / "node")
    shutil.copyfile(node.trust, installation.folder / "trust.json")
    installation.shell(APPROVER)
    release = installation.manage_json("release_import", str(node.pack(version=1)))["id"]
    installation.manage_json("release_approve", release, "--by", "approver")
    installation.shell(AGED)
    return installation


def nights_while_working(portal: Installation, wanted: str) -> list[str]:
    """What the worker's nights say once they say ``wanted``; the worker is killed then."""
    worker = portal.start("release_worker")
    try:
        end = time.monotonic() + SECONDS
        while (found := portal.shell(NIGHTS).splitlines()) != [wanted] and time.monotonic() < end:
            time.sleep(0.5)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    return found


@pytest.mark.slow
def test_the_worker_makes_up_for_the_night_and_a_restart_repeats_nothing(portal):
    assert nights_while_working(portal, "True True 1") == ["True True 1"]
    # As a worker leaves it that was killed at the work: the next one does it again.
    portal.shell(
        "from tiles.releases.models import AuditRun;"
        " AuditRun.objects.filter(trigger='nightly').update(finished_at=None, passed=None, attempts=1)"
    )
    assert nights_while_working(portal, "True True 2") == ["True True 2"]
