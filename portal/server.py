"""``python -m portal.server``: the web server and the background worker of one machine.

Granian serves tiles and pages in one process; the worker runs queued jobs. If either ends
unasked it is started again; SIGINT and SIGTERM end both.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
RESTART_PAUSE_SECONDS = 2.0


def server_command(host: str, port: str) -> list[str]:
    """Granian over WSGI: Django's pages are faster there than over ASGI."""
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        port,
        "--workers",
        os.environ.get("WEB_WORKERS", "1"),
        "--blocking-threads",
        os.environ.get("WEB_THREADS", "4"),
        "--no-ws",
        # Addresses of subscribers' pages are keys: no line a request, whatever the environment says.
        "--no-access-log",
        "portal.wsgi:application",
    ]


def worker_command() -> list[str]:
    """The worker first recovers what a killed process left; the server need not wait for it:
    what it serves is whole at any moment."""
    return [sys.executable, "manage.py", "portal_worker"]


class Supervisor:
    """Keeps a set of child processes running until told to stop."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self._commands = commands
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = threading.Event()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self._stopping.set()

    def run(self) -> int:
        for name in self._commands:
            self._start(name)
        while not self._stopping.wait(0.5):
            for name, child in list(self._children.items()):
                if child.poll() is not None:
                    print(
                        f"[portal] {name}: 意外退出，重新启动 / ended ({child.returncode}), starting again"
                    )
                    time.sleep(RESTART_PAUSE_SECONDS)
                    self._start(name)
        return self._end()

    def _start(self, name: str) -> None:
        self._children[name] = subprocess.Popen(self._commands[name], cwd=ROOT)

    def _end(self) -> int:
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        return 0


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    os.environ.setdefault("PORTAL_BASE_URL", f"http://{host}:{port}")
    print(f"[portal] http://{host}:{port}/  (Ctrl+C 结束 / ends it)", flush=True)
    supervisor = Supervisor({"server": server_command(host, port), "worker": worker_command()})
    signal.signal(signal.SIGINT, supervisor.stop)
    signal.signal(signal.SIGTERM, supervisor.stop)
    return supervisor.run()


if __name__ == "__main__":
    sys.exit(main())
