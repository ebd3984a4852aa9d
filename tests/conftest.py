"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real test data; a test that needs it is skipped where it is absent."""
    folder = Path(os.environ.get("PORTAL_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("real test data are absent: set PORTAL_TEST_DATA to their folder")
    return folder
