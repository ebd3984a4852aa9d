"""What this package needs from whoever builds tile archives.

The pyramid lies above the releases, so it is named by a setting and loaded here
(``TILES_ARCHIVE_BUILDER``, a class of this protocol). The same holds for the style of the preview map
(``TILES_PREVIEW_STYLE``, a function), which the serving package draws.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from tiles.desensitise.features import FeatureTable

Progress = Callable[[str, int, int], None]


class ArchiveBuilder(Protocol):
    def build(
        self, table: FeatureTable, profile: dict[str, Any], folder: Path, *, progress: Progress
    ) -> dict[str, Any]:
        """Write the archives of a table (any CRS) into ``folder``.

        Returns ``{"archives": {tms id: file name}, "report": {...}}``. Every archive appears
        under its final name only when it is whole.
        """
        ...

    def preview_tile(
        self, table: FeatureTable, profile: dict[str, Any], z: int, x: int, y: int
    ) -> bytes:
        """One uncompressed MVT tile of WebMercatorQuad, for an official's preview."""
        ...

    def tile_box(self, z: int, x: int, y: int) -> tuple[float, float, float, float]:
        """West, south, east, north of a WebMercatorQuad tile with its buffer, in degrees."""
        ...


def archive_builder() -> ArchiveBuilder:
    return cast("ArchiveBuilder", import_string(settings.TILES_ARCHIVE_BUILDER)())


def preview_style(profile: dict[str, Any], tiles: str) -> dict[str, Any]:
    """A map style document that draws one layer from the tile URL template ``tiles``."""
    style = import_string(settings.TILES_PREVIEW_STYLE)
    return cast("dict[str, Any]", style(profile, tiles))
