"""How the made-up parcels are published: layer spec and profile."""

from __future__ import annotations

from tests.bench.compiled_tiler import CODE
from tests.bench.parcels import CRS
from tiles.desensitise.profile import Profile, parse_profile
from tiles.pyramid.layer_spec import LayerSpec


def profile(least: int = 6, most: int = 14) -> Profile:
    """A layer profile as an official would write it for the five attributes."""
    attributes = [
        {"name": "dlbm", "type": "text", "rule": "code", "level": 4, "domain": "landuse_2023"},
        {"name": "far", "type": "number", "rule": "round", "step": 0.1},
        {"name": "height", "type": "integer", "rule": "as_is"},
        {"name": "area", "type": "number", "rule": "round", "step": 100.0},
        {"name": "name", "type": "text", "rule": "scrub", "max_length": 60},
    ]
    return parse_profile(
        {
            "version": 1,
            "layer": {
                "code": CODE,
                "title": "地块",
                "title_en": "Parcels",
                "geometry": "polygon",
                "coverage": True,
            },
            "style": {"theme": "landuse", "class_field": "dlbm", "label_field": "name"},
            "zooms": {"min": least, "max": most},
            "ground": {"crs": CRS, "grid": 10.0, "min_area": 100.0},
            "attribute": [{"title": item["name"], **item} for item in attributes],
            "quality": {"area_field": "area", "area_tolerance": 0.01},
            "secret": {"restricted_margin": 50.0, "salt": "salt of the bench"},
        }
    )


def layer_spec(least: int, most: int) -> LayerSpec:
    """The same for the pyramid."""
    return LayerSpec.from_profile(profile(least, most).public())
