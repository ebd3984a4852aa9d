"""The commands as people call them: ``manage.py`` in a process of its own, without a database."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tiles.packages import making

ROOT = Path(__file__).resolve().parents[3]


def manage(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DATABASE_URL": "postgis://nobody:none@127.0.0.1:1/none"} | variables
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """An internal node's folder: a raw layer, a profile, keys."""
    making.write_geojson(tmp_path / "raw.geojson", making.parcels())
    making.write_profile(tmp_path / "landuse.toml")
    made = manage("release_keys", tmp_path / "keys")
    assert made.returncode == 0, made.stderr
    return tmp_path


def pack_arguments(node: Path, *more: object) -> list[object]:
    keys = sorted((node / "keys").glob("*.pem"))
    signing = [item for key in keys for item in ("--sign", key)]
    return [
        *("release_pack", node / "raw.geojson", "--layer", "landuse"),
        *("--profile", node / "landuse.toml", "--out", node / "out.zip", *signing, *more),
    ]


def test_packing_needs_no_database_and_tells_what_it_did(node: Path) -> None:
    done = manage(*pack_arguments(node, "--report", node / "report.json"))
    assert done.returncode == 0, done.stderr
    assert (node / "out.zip").exists()
    assert "desensitise" in done.stdout
    assert "MiB" in done.stdout
    assert done.stderr == ""
    assert json.loads((node / "report.json").read_text())["quality"]["passed"]


def test_json_is_for_machines(node: Path) -> None:
    done = manage(*pack_arguments(node, "--json"))
    report = json.loads(done.stdout)
    assert report["feature_count"] == 16
    assert {step["step"] for step in report["steps"]} >= {"read", "audit"}


def test_a_refusal_is_one_clear_message_and_exit_one(node: Path) -> None:
    making.write_geojson(node / "raw.geojson", [making.feature([500_000, 3_400_000], "Point")])
    done = manage(*pack_arguments(node, "--json"))
    assert done.returncode == 1
    assert "geometry_mismatch" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout)["refused"]["code"] == "geometry_mismatch"
    assert not (node / "out.zip").exists()


def test_keys_are_not_overwritten(node: Path) -> None:
    again = manage("release_keys", node / "keys")
    assert again.returncode == 1
    assert "key_invalid" in again.stderr


def test_keys_can_be_told_to_machines(tmp_path: Path) -> None:
    done = manage("release_keys", tmp_path / "keys", "--json", "--name", "a", "--name", "b")
    assert [key["name"] for key in json.loads(done.stdout)["keys"]] == ["a", "b"]


def test_a_terminal_sees_a_progress_bar(node: Path) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, pack_arguments(node))],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=terminal,
            timeout=180,
            check=False,
        )
    shown = os.read(ours, 65_536).decode("utf-8", "replace")
    os.close(ours)
    assert done.returncode == 0
    assert "100%" in shown
    assert "脱敏" in shown
