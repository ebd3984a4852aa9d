"""``python -m tests.clients.openlayers [PORTAL]``: the demo page over a running portal."""

from __future__ import annotations

import json
import sys
import urllib.request
from urllib.parse import urlencode

from tests.clients.openlayers.server import serving


def main() -> int:
    portal = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    address = f"{portal}/tiles/landuse/CGCS2000Quad/tilejson.json"
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - named by the user
        west, south, east, north = json.load(answer)["bounds"]
    query = {
        "portal": portal,
        "layer": "landuse",
        "field": "YDYHFLDM",
        "lon": (west + east) / 2,
        "lat": (south + north) / 2,
        "resolution": (east - west) / 1000,
    }
    with serving(8089) as origin:
        sys.stdout.write(f"{origin}/?{urlencode(query)}\n(Ctrl+C 结束 / ends it)\n")
        sys.stdout.flush()
        try:
            input()
        except (KeyboardInterrupt, EOFError):
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
