"""Archive builders that do what must be caught: they name one by its dotted path in a setting."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from tiles.pyramid.builder import PyramidBuilder

HERE = "tests.tiles.releases.builders"


class RawVertex(PyramidBuilder):
    """Builds from a table in which one vertex of the first feature is 4 m off the grid."""

    def build(self, table, profile, folder: Path, *, progress):
        geometry = table.geometry.copy()
        corners = shapely.get_coordinates(geometry[0])
        corners[1] += 4.0
        geometry[0] = shapely.set_coordinates(geometry[0], corners)
        return super().build(table.with_geometry(geometry), profile, folder, progress=progress)


class SwappedValues(PyramidBuilder):
    """Builds with the values of one attribute handed to other features."""

    def build(self, table, profile, folder: Path, *, progress):
        swapped = {**table.attributes, "DKBH": np.roll(table.attributes["DKBH"], 1)}
        other = type(table)(table.geometry, swapped, table.crs)
        return super().build(other, profile, folder, progress=progress)


class ChangesItsTable(PyramidBuilder):
    """Changes the very table that the tiles would be compared with."""

    def build(self, table, profile, folder: Path, *, progress):
        table.attributes["DKBH"][:] = "changed"
        return super().build(table, profile, folder, progress=progress)


class DamagedArchive(PyramidBuilder):
    """Writes archives of which one is cut off in the middle."""

    def build(self, table, profile, folder: Path, *, progress):
        built = super().build(table, profile, folder, progress=progress)
        archive = folder / built["archives"]["CGCS2000Quad"]
        archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
        return built


class StrayFile(PyramidBuilder):
    """Leaves a file behind that nobody knows."""

    def build(self, table, profile, folder: Path, *, progress):
        (folder / "raw.geojson").write_text("{}", "utf-8")
        return super().build(table, profile, folder, progress=progress)
