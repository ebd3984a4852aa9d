"""Scripts of this folder run by Node, with the packages of ``package-lock.json``."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


def run_node(script: str, given: Any = None) -> Any:
    """The JSON that a script prints, given JSON on its standard input."""
    done = subprocess.run(
        ["node", str(FOLDER / script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode:
        raise RuntimeError(f"{script}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def decode_with_vector_tile_js(tiles: Iterable[bytes]) -> list[dict[str, list[dict[str, Any]]]]:
    """For each tile: layer name -> features, as ``@mapbox/vector-tile`` reads them."""
    answer: list[dict[str, list[dict[str, Any]]]] = run_node(
        "decode_tiles.mjs", [base64.b64encode(tile).decode() for tile in tiles]
    )
    return answer


def mvt_fixtures() -> list[dict[str, Any]]:
    """Every fixture of ``@mapbox/mvt-fixtures``: id, description, valid (by MVT 2), tile."""
    fixtures: list[dict[str, Any]] = run_node("read_fixtures.mjs")
    return [{**item, "tile": base64.b64decode(item["tile"])} for item in fixtures]
