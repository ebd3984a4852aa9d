"""What all tests of the policy library begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """The test client leaves the language of its last page behind; addresses depend on it."""
    with translation.override("zh-hans"):
        yield
