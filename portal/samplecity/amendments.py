"""Local adjustments (局部调整) of the plan, which the second release of a layer shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from portal.samplecity.city import City
from portal.samplecity.curves import Geometries
from portal.samplecity.plan_layers import land_use
from portal.samplecity.raw_layer import RawLayer

AMENDED_LAYERS = ("landuse",)
FOLDER = "amended"

CENTRE = (1600.0, -1900.0)
"""The place in metres around which the plan is adjusted: the middle of the new centre."""

BUSINESS = ("0901", "0902")
NEW_USES = ("080404", "070102", "1401", "070102", "120803", "070102", "070102")
"""What business parcels become, the nearest first: a kindergarten, homes, a park, a car park."""

NEW_FACTS = (
    ('data_date = "2025-12-31"', 'data_date = "2026-06-30"'),
    ('review_number = "示审图〔2026〕001号"', 'review_number = "示审图〔2026〕011号"'),
)
"""Lines of the profile, before and after."""


def amended_land_use(city: City, rng: np.random.Generator) -> RawLayer:
    """规划用地用海 after the adjustment; with the dice of the first release nothing else differs."""
    rows = _amended_parcels(city)
    code: Geometries = city.code.copy()
    code[rows] = NEW_USES[: len(rows)]
    layer = land_use(replace(city, code=code), rng)
    layer.columns["GHZT"][rows] = "规划改造"
    return layer


def _amended_parcels(city: City) -> Geometries:
    """Business parcels, the nearest to the middle of the new centre first."""
    business = np.isin([code[:4] for code in city.code], BUSINESS)
    rows = np.flatnonzero(business & (city.kind == "block"))
    far = shapely.distance(shapely.Point(CENTRE), shapely.points(city.centre[rows]))
    return np.asarray(rows[np.argsort(far, kind="stable")[: len(NEW_USES)]])


def write_amended_profile(original: Path, folder: Path) -> Path:
    """The profile of the second release: the same rules, a later day, another review number."""
    text = original.read_text("utf-8")
    for before, after in NEW_FACTS:
        if before not in text:
            raise ValueError(f"{original.name}: {before}")
        text = text.replace(before, after)
    target = folder / original.name
    target.write_text(text, "utf-8")
    return target
