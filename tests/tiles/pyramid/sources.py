"""Features before generalisation, for the tests of the pyramid."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from tests.tiles.pyramid.mosaics import spec
from tiles.desensitise.features import FeatureTable
from tiles.pyramid.attributes import attributes_of
from tiles.pyramid.generalise import Source
from tiles.pyramid.patches import Patches, patches_of

FIELDS = (("code", "text"), ("row", "integer"))


def source(shapes: Any, classes: str) -> Source:
    """Features with their class as ``code`` (a letter each) and their row number as ``row``."""
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = list(shapes)
    columns = {
        "code": np.array(list(classes), dtype=object),
        "row": np.arange(len(geometry)).astype(object),
    }
    table = FeatureTable(geometry, columns, "EPSG:3857")
    attributes = attributes_of(table, spec(fields=FIELDS))
    return Source.of(geometry, np.arange(1, len(geometry) + 1), attributes, "code")


def patches(shapes: Any, classes: str, *, coverage: bool = True) -> Patches:
    """The same merged by class."""
    return patches_of(source(shapes, classes), None, coverage=coverage)


def codes(found: Patches) -> list[str]:
    """The class of each patch as its letter."""
    return [row["code"] for row in found.attributes.as_dicts()]  # type: ignore[misc]


def areas(found: Patches) -> dict[str, float]:
    """Area of all patches of each class."""
    total: dict[str, float] = {}
    for code, area in zip(codes(found), found.mosaic.area.tolist(), strict=True):
        total[code] = total.get(code, 0.0) + area
    return total


def polygons(found: Patches) -> Any:
    """The patches as polygons, all valid."""
    drawn = found.mosaic.polygons()
    assert shapely.is_valid(drawn).all()
    return drawn
