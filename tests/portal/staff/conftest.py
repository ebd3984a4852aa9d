"""Officials of every kind, in a province, in one of its cities, and in another province."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from portal.core.regions.models import Region
from tests.factories.officials import official


@pytest.fixture(autouse=True)
def _no_rate_limit(settings):
    settings.RATE_LIMIT_SIGN_IN = "100000/m"
    cache.clear()


@pytest.fixture
def province(db) -> Region:
    return Region.objects.create(code="990000", name="示例省", level=1)


@pytest.fixture
def city(province: Region) -> Region:
    return Region.objects.create(code="990100", name="示例市", level=2, parent=province)


@pytest.fixture
def elsewhere(db) -> Region:
    return Region.objects.create(code="980000", name="他省", level=1)


@pytest.fixture
def keeper(db) -> User:
    """A security administrator."""
    return official("keeper", "security_administrator")


@pytest.fixture
def colleague(db) -> User:
    """An official with a content role."""
    return official("colleague", "layer_importer")
