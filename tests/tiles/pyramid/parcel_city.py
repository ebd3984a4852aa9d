"""A small city of made-up parcels, desensitised as a release would be."""

from __future__ import annotations

from functools import lru_cache

from tests.bench.layer import profile
from tests.bench.parcels import parcels
from tiles.desensitise.desensitise import desensitise
from tiles.desensitise.features import FeatureTable


@lru_cache(maxsize=2)
def city(count: int = 3000) -> FeatureTable:
    """Parcels on the 10 m grid with all their public attributes."""
    return desensitise(parcels(count, seed=5), profile(), None).table
