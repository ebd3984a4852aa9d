"""The map's pages keep what never changes in the cache; tests reuse the ids of releases."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
