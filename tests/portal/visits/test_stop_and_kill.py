"""A server that is stopped loses no view; one that is killed loses at most its last batch."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TOTAL = """
from django.db.models import Sum
from portal.visits.models import DailyViews
print(DailyViews.objects.aggregate(n=Sum("views"))["n"] or 0)
"""


def open_pages(installation, number: int) -> None:
    for _each in range(number):
        assert installation.get("/help/", User_Agent=AGENT).status == 200


def test_a_server_that_is_stopped_has_written_every_view(installation, monkeypatch) -> None:
    monkeypatch.setenv("VISITS_FLUSH_SECONDS", "3600")
    with installation.serving():
        open_pages(installation, 25)
        assert int(installation.shell(TOTAL)) == 0
    assert int(installation.shell(TOTAL)) == 25


def serving_processes(port: int) -> list[int]:
    """The processes that were given this port."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if f"PORT={port}\0".encode() in environment:
                found.append(int(entry.name))
    return found


def test_a_server_that_is_killed_has_lost_one_batch_at_most(installation, monkeypatch) -> None:
    monkeypatch.setenv("VISITS_FLUSH_SECONDS", "1")
    with installation.serving():
        open_pages(installation, 10)
        from tests.journeys.browser import until

        until(lambda: int(installation.shell(TOTAL)) == 10, seconds=20)
        for process in serving_processes(installation.port):
            os.kill(process, signal.SIGKILL)
    assert int(installation.shell(TOTAL)) == 10
