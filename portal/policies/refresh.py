"""What must follow when texts change: the search index, and what pages keep in the cache."""

from __future__ import annotations

from collections.abc import Sequence


def editions_changed(edition_ids: Sequence[int]) -> None:
    """Called once after each import or edit, with the editions whose text or days changed."""
