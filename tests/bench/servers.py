"""The servers under load, each in a session of its own and pinned to one core."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.engines import free_port
from tests.factories.installation import Installation

SERVER_CORE = 0
ADDRESSES = 300

NGINX_CONF = """
daemon off;
worker_processes 1;
error_log {folder}/error.log;
pid {folder}/nginx.pid;
events {{ worker_connections 512; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=2000 inactive=60s;
  types {{ application/vnd.mapbox-vector-tile mvt; }}
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/tiles;
    gzip_static on;
    add_header Cache-Control "public, max-age=31536000, immutable";
  }}
}}
"""

BARE_APP = """
BODY = bytes({size})
HEAD = [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(BODY)))]
def app(environ, start_response):
    start_response("200 OK", HEAD)
    return [BODY]
"""


@dataclass(frozen=True)
class Target:
    """A running server: its address, its session and the paths to ask for."""

    url: str
    session: int
    paths: Path


@contextlib.contextmanager
def _pinned() -> Iterator[None]:
    """What is started within runs on the server's core."""
    whole = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, whole)


@contextlib.contextmanager
def _started(command: list[str], folder: Path, url: str, log: Path) -> Iterator[int]:
    """A server in a session of its own, once it answers."""
    with log.open("wb") as stream, _pinned():
        server = subprocess.Popen(
            command, cwd=folder, stdout=stream, stderr=stream, start_new_session=True
        )
    try:
        _wait_until_it_answers(url, server, log)
        yield server.pid
    finally:
        server.terminate()
        server.wait(15)


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    host, port = url.removeprefix("http://").rstrip("/").split(":")
    end = time.monotonic() + 15
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
            return
        time.sleep(0.1)
    raise RuntimeError(log.read_text("utf-8", "replace")[-2000:])


@contextlib.contextmanager
def portal_server(folder: Path, archive: Path) -> Iterator[tuple[dict[str, bytes], Target]]:
    """``make run``'s server with a published layer whose archive is replaced by the big one."""
    portal = Installation(folder)
    portal.create_database()
    portal.manage("sample_city", "--plots", "300", "--layers", "landuse")
    release = next((folder / "published" / "landuse").glob("*/WebMercatorQuad.pmtiles"))
    archive.replace(release)
    bodies = _bodies(release, f"/tiles/landuse/{release.parent.name}")
    paths = folder / "paths.txt"
    paths.write_text("\n".join(bodies) + "\n", "utf-8")
    with contextlib.ExitStack() as stack:
        with _pinned():
            stack.enter_context(portal.serving())
        for path in list(bodies)[:20]:
            answer = portal.get(path, Accept_Encoding="gzip")
            if answer.body != bodies[path]:
                raise RuntimeError(f"{path} is not served as it is stored")
        yield bodies, Target(portal.url, _session_of(portal.port), paths)


def _session_of(port: int) -> int:
    """The session of the process that was given this port."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if f"PORT={port}\0" in (entry / "environ").read_text("utf-8", "replace"):
                    return os.getsid(int(entry.name))
    raise RuntimeError(f"no process serves port {port}")


def _bodies(archive: Path, prefix: str) -> dict[str, bytes]:
    """Path -> gzipped tile of 300 tiles, chosen by chance."""
    from pmtiles.reader import MmapSource, all_tiles

    with archive.open("rb") as stream:
        found = {
            f"{prefix}/{z}/{x}/{y}.mvt": data for (z, x, y), data in all_tiles(MmapSource(stream))
        }
    chosen = random.Random(5).sample(sorted(found), min(ADDRESSES, len(found)))
    return {path: found[path] for path in chosen}


@contextlib.contextmanager
def nginx(folder: Path, bodies: dict[str, bytes]) -> Iterator[Target]:
    """nginx with the same tiles under the same paths, as gzipped files."""
    for path, body in bodies.items():
        file = folder / "tiles" / f"{path.lstrip('/')}.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    port, paths = free_port(), folder / "paths.txt"
    (folder / "nginx.conf").write_text(NGINX_CONF.format(folder=folder, port=port), "utf-8")
    paths.write_text("\n".join(bodies) + "\n", "utf-8")
    _let_others_read(folder)
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    url = f"http://127.0.0.1:{port}"
    with _started(command, folder, url, folder / "nginx.log") as session:
        yield Target(url, session, paths)


def _let_others_read(folder: Path) -> None:
    """As root nginx serves as another user, who must reach the files."""
    for above in (folder.parent, folder, folder / "tiles"):
        above.chmod(0o755)


@contextlib.contextmanager
def bare_server(folder: Path, bodies: dict[str, bytes]) -> Iterator[Target]:
    """The same server with an application that answers with bytes of the mean size."""
    folder.mkdir()
    size = sum(map(len, bodies.values())) // len(bodies)
    (folder / "bare.py").write_text(BARE_APP.format(size=size), "utf-8")
    (folder / "paths.txt").write_text("/\n", "utf-8")
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--blocking-threads", "4", "--no-ws", "bare:app"]
    url = f"http://127.0.0.1:{port}"
    with _started(command, folder, url, folder / "bare.log") as session:
        yield Target(url, session, folder / "paths.txt")
