"""A whole portal of its own: folder, database, commands and server processes, as in real life."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.engines import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60


@dataclass
class Answer:
    """A response of the running server."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Installation:
    """One portal in a folder of its own; ``engine_url`` is empty for SpatiaLite."""

    folder: Path
    engine_url: str = ""
    name: str = field(default_factory=lambda: f"portal_{uuid.uuid4().hex[:12]}")
    port: int = field(default_factory=free_port)
    cache_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        values = {
            key: value
            for key, value in os.environ.items()
            if key not in {"DATABASE_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE", "PORTAL_VAR"}
        }
        return {
            **values,
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "PORTAL_VAR": str(self.folder),
            "PORT": str(self.port),
            "LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "default",
            **({"DATABASE_URL": self.database_url} if self.engine_url else {}),
            **({"CACHE_URL": self.cache_url} if self.cache_url else {}),
        }

    @property
    def database_url(self) -> str:
        return urlunsplit(urlsplit(self.engine_url)._replace(path=f"/{self.name}"))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # -- commands

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "manage.py", *arguments]

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if check and done.returncode:
            raise AssertionError(f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def manage_json(self, *arguments: str, check: bool = True) -> Any:
        """Run a command with ``--json``; returns what it printed."""
        done = self.manage(*arguments, "--json", check=check)
        return json.loads(done.stdout.strip().splitlines()[-1])

    def shell(self, code: str) -> str:
        """Run Python code with the portal's settings; returns what it printed."""
        return self.manage("shell", "--no-imports", "-c", code).stdout.strip()

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a management command in a process group of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    # -- server

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The real server and worker, as ``make run`` starts them."""
        log = (self.folder / "server.log").open("ab")
        server = subprocess.Popen(
            [sys.executable, "-m", "portal.server"],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=log,
            stderr=log,
        )
        try:
            self._wait_until_up(server)
            yield
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
            log.close()

    def _wait_until_up(self, server: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and server.poll() is None:
            try:
                if self.get("/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "server.log").read_text("utf-8", "replace")[-4000:])

    def get(self, path: str, **headers: str) -> Answer:
        request = urllib.request.Request(  # noqa: S310 - our own server
            self.url + path,
            headers={key.replace("_", "-"): value for key, value in headers.items()},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    # -- database

    def create_database(self, template: Installation | None = None) -> None:
        """An empty database with all migrations, copied from ``template`` if given."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.engine_url:
            source = f' TEMPLATE "{template.name}"' if template else ""
            self._execute(f'CREATE DATABASE "{self.name}"{source}')
        elif template:
            shutil.copyfile(template.folder / "portal.sqlite3", self.folder / "portal.sqlite3")
        if template is None:
            self.manage("migrate", "--noinput", "-v", "0")
            self.manage("collectstatic", "--noinput", "-v", "0")
        else:
            (self.folder / "static").symlink_to(template.folder / "static")

    def drop_database(self) -> None:
        if self.engine_url:
            self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        url = self.engine_url.replace("postgis://", "postgresql://", 1)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]
