"""What a build did: shown to the official who approves, and kept with the release."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ZoomReport:
    """One zoom of an archive.

    ``features``: features of the level (a feature over several tiles counts once); ``merged``:
    whether neighbours of one class are merged; ``absorbed``: small patches that took the class of
    a neighbour; ``dropped``: features invisible at this zoom; ``thinned``: features left out of
    single tiles to keep these within the limit, summed over tiles; ``oversize``: tiles that one
    single feature makes larger than the limit; ``tolerance`` and ``min_area`` in 1/4096 of a tile
    side; sizes in bytes.
    """

    zoom: int
    features: int
    labels: int
    merged: bool
    absorbed: int
    dropped: int
    thinned: int
    tolerance: float
    min_area: float
    tiles: int
    largest_raw: int
    largest_gzip: int
    oversize: int


@dataclass(frozen=True)
class ArchiveReport:
    """One finished archive. ``bounds``: west, south, east, north in degrees."""

    path: str
    tms_id: str
    features: int
    tiles: int
    contents: int
    size: int
    sha256: str
    bounds: tuple[float, float, float, float]
    zooms: tuple[ZoomReport, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """The report for JSON output and for the release's record."""
        return asdict(self)
