"""What can go wrong with a tile archive."""

from __future__ import annotations


class ArchiveError(Exception):
    """An archive cannot be read: damaged, not a PMTiles v3 file, or closed meanwhile."""


class ArchiveClosedError(ArchiveError):
    """The archive was closed by another thread between look-up and read."""


class BuildError(Exception):
    """An archive cannot be built from this input; nothing was written."""


class BuildBusyError(BuildError):
    """Another process is building the same archive at this moment."""
