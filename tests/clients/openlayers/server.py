"""The demo page's own little server, an origin other than the portal's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent
OPENLAYERS = PAGE.parent.parent.parent / "node_modules" / "ol" / "dist" / "ol.js"


class Handler(SimpleHTTPRequestHandler):
    """The page and OpenLayers, from this checkout."""

    def translate_path(self, path: str) -> str:
        name = path.partition("?")[0].lstrip("/") or "index.html"
        return str(OPENLAYERS if name == "ol.js" else PAGE / Path(name).name)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@contextmanager
def serving(port: int = 0) -> Iterator[str]:
    """Serve on this machine; gives the origin. ``port`` 0: any free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
