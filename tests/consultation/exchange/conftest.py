"""An outbox and a receiver of each test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.consultation.exchange.both_ends import (
    InternalSide,
    PublicSide,
    internal_side,
    public_side,
)


@pytest.fixture
def public(tmp_path: Path) -> PublicSide:
    return public_side(tmp_path)


@pytest.fixture
def internal(tmp_path: Path) -> Iterator[InternalSide]:
    side = internal_side(tmp_path)
    yield side
    side.close()
