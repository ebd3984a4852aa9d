"""How much a source or a package may cost to read."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024
GIB = 1024 * MIB


@dataclass(frozen=True)
class Limits:
    """Bounds of one reading (限额). Exceeding one is a refusal, never a truncation.

    The defaults let a layer of a million parcels through, which as GeoJSON takes the reader a
    few minutes of a busy machine and 0.8 GiB, as GeoPackage or FlatGeobuf far less.

    ``seconds``: wall clock of the reading process, also its CPU time. ``memory_bytes``: its
    address space. ``package_bytes``: the zip as it lies on the disk; ``unpacked_bytes``: all its
    entries together; ``entry_bytes``: one entry. ``source_bytes``: all staged source files.
    """

    seconds: float = 600.0
    memory_bytes: int = 4 * GIB
    max_features: int = 2_000_000
    max_vertices: int = 50_000_000
    max_layers: int = 512
    max_fields: int = 400
    max_entries: int = 10_000
    package_bytes: int = 512 * MIB
    unpacked_bytes: int = 2 * GIB
    entry_bytes: int = 2 * GIB
    source_bytes: int = 2 * GIB
    result_bytes: int = 3 * GIB
    max_ratio: int = 1_000
