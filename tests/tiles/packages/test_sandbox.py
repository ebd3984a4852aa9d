"""What the locks hold back, tried out in a process that has put them on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCK_UP = """
import os, socket, subprocess, sys
from pathlib import Path
from tiles.packages import sandbox
work = Path(sys.argv[1])
namespace = sandbox.leave_network()
sandbox.give_up_privileges()
files = sandbox.restrict_files([Path(sys.prefix), Path(sys.base_prefix)], [work])
calls = sandbox.filter_calls()
def attempt(action):
    try:
        action()
    except OSError as error:
        print("refused")
    else:
        print("allowed")
"""


def locked_up(work: Path, *actions: str) -> list[str]:
    lines = [LOCK_UP, *(f"attempt(lambda: {action})" for action in actions)]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines), str(work)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    "action",
    [
        "socket.socket()",
        "socket.socketpair()",
        "socket.create_connection(('127.0.0.1', 1))",
        "socket.getaddrinfo('example.org', 80) and socket.socket()",
        "os.execv('/bin/true', ['true'])",
        "subprocess.run(['/bin/true'])",
        "open('/etc/passwd')",
        "open('/proc/1/environ')",
        "os.listdir('/')",
        "open(work.parent / 'beside.txt')",
        "open(work.parent / 'new.txt', 'w')",
        "os.link(work.parent / 'beside.txt', work / 'link')",
    ],
)
def test_nothing_outside_can_be_reached(tmp_path: Path, action: str) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "beside.txt").write_text("secret")
    assert locked_up(tmp_path / "work", action) == ["refused"]


def test_a_symlink_does_not_lead_out(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "beside.txt").write_text("secret")
    (tmp_path / "work" / "link").symlink_to(tmp_path / "beside.txt")
    assert locked_up(tmp_path / "work", "open(work / 'link')") == ["refused"]


def test_the_work_folder_itself_is_free(tmp_path: Path) -> None:
    assert locked_up(tmp_path, "open(work / 'new.txt', 'w')") == ["allowed"]
