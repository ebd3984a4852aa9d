"""What all tests of the policy library begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import translation

from tests.factories.policies import make_regions
from tests.portal.pages import make_site


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """The test client leaves the language of its last page behind; addresses depend on it."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def library_site(db: None) -> None:
    """A site and its divisions, nothing of them in the cache."""
    cache.clear()
    make_site()
    make_regions()
