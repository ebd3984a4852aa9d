"""Keeps what search knows of the map true to the releases in force (图层与地点索引), by the worker.

Releases are published, rolled back and withdrawn by packages that know nothing of the portal.
What is in force is compared with what was indexed last: the index follows within seconds.
"""

from __future__ import annotations

import hashlib

from django.core.cache import cache

from portal.search.refresh import refresh
from portal.viewer.search_source import LAYER, PLACE
from tiles.releases.models import Layer

INDEXED = "viewer:search-of-releases"


def releases_in_force() -> str:
    """A digest of the releases that the map shows now."""
    names = Layer.objects.published().values_list("current_id", flat=True)
    return hashlib.sha256("\n".join(sorted(str(name) for name in names)).encode()).hexdigest()


def follow_releases() -> int | None:
    """Index layers and places anew when other releases are in force; how many changed, or None."""
    now = releases_in_force()
    if cache.get(INDEXED) == now:
        return None
    changed = refresh(LAYER) + refresh(PLACE)
    cache.set(INDEXED, now, None)
    return changed
