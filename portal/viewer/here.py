"""What applies here: every published layer at one point (此处适用)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point

from portal.viewer.layers import Fact, layer_facts
from portal.viewer.profiles import CATEGORIES, choose, profile_of
from tiles.desensitise.landuse_codes import explain, landuse_class
from tiles.desensitise.profile import AttributeRule, Profile
from tiles.releases.models import Layer, ReleaseFeature

OUTLINE_TOLERANCE_DEGREES = 0.00001
"""About 1 m: finer than the outline is drawn."""

POLYGON = 2
"""Dimension of a polygon."""

LANDUSE_DOMAIN = "landuse_2023"

GROUPED_FROM = 10_000


@dataclass(frozen=True)
class FeatureHere:
    """One feature at the point: its public attributes, and a sentence that explains its class.

    ``landuse``: code of the class, empty in layers of other things.
    """

    facts: list[Fact]
    explanation: str
    landuse: str = ""


@dataclass(frozen=True)
class LayerHere:
    """One layer at the point, with the plan that it comes from."""

    code: str
    title: str
    features: list[FeatureHere]
    facts: list[Fact]


@dataclass(frozen=True)
class Here:
    """The answer: what is there, in which layers nothing is, and what to outline on the map."""

    lon: float
    lat: float
    present: list[LayerHere]
    absent: list[str]
    outline: dict[str, Any]


def what_applies(point: Point) -> Here:
    """Every published layer at ``point`` (SRID 4490), most asked-for category first."""
    found: dict[str, list[ReleaseFeature]] = {}
    for feature in ReleaseFeature.objects.current().at(point):
        found.setdefault(feature.release.layer_id, []).append(feature)
    layers = sorted(
        Layer.objects.published(),
        key=lambda layer: _reading_order(layer, found.get(layer.code, [])),
    )
    present, absent = [], []
    for layer in layers:
        if not layer.current:
            continue
        profile = profile_of(layer.current)
        if layer.code in found:
            present.append(_layer_here(profile, found[layer.code]))
        else:
            absent.append(choose(profile.layer.title, profile.layer.title_en))
    features = [feature for group in found.values() for feature in group]
    return Here(point.x, point.y, present, absent, outline(features))


def _reading_order(layer: Layer, features: list[ReleaseFeature]) -> tuple[int, float]:
    """By category; within it the smallest piece of ground, which is the most specific, first."""
    categories = list(CATEGORIES)
    category = layer.category if layer.category in categories else categories[-1]
    return categories.index(category), min((item.geometry.area for item in features), default=0.0)


def _layer_here(profile: Profile, features: Iterable[ReleaseFeature]) -> LayerHere:
    return LayerHere(
        code=profile.layer.code,
        title=choose(profile.layer.title, profile.layer.title_en),
        features=[_feature_here(profile, feature.properties) for feature in features],
        facts=layer_facts(profile),
    )


def _feature_here(profile: Profile, properties: dict[str, Any]) -> FeatureHere:
    facts = [
        Fact(choose(rule.title, rule.title_en), shown(properties[rule.name], rule))
        for rule in profile.attributes
        if properties.get(rule.name) not in (None, "")
    ]
    return FeatureHere(facts, _explanation(profile, properties), _landuse_code(profile, properties))


def shown(value: Any, rule: AttributeRule) -> str:
    """A published value as readers see it; land-use codes with their name."""
    known = landuse_class(str(value)) if rule.domain == LANDUSE_DOMAIN else None
    if known is not None:
        return f"{known.code} {choose(known.name, known.name_en)}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Years and small counts stay as they are; long numbers are read in groups.
        return f"{value:,.10g}" if abs(value) >= GROUPED_FROM else f"{value:.10g}"
    return str(value)


def _landuse_code(profile: Profile, properties: dict[str, Any]) -> str:
    """The land-use class of a feature; empty in layers of other things."""
    if profile.style.theme != "landuse" or not profile.style.class_field:
        return ""
    return str(properties.get(profile.style.class_field) or "")


def _explanation(profile: Profile, properties: dict[str, Any]) -> str:
    """The plain-language explanation of the land-use class, or of the class above it."""
    return choose(*explain(_landuse_code(profile, properties)))


def outline(features: Iterable[ReleaseFeature]) -> dict[str, Any]:
    """GeoJSON of what the map marks: the smallest polygon, or without one the lines and points.

    Marking every polygon would bury the parcel under the edges of districts and zones.
    """
    polygons: list[ReleaseFeature] = []
    others: list[ReleaseFeature] = []
    for feature in features:
        (polygons if feature.dimension == POLYGON else others).append(feature)
    marked = [min(polygons, key=lambda item: item.geometry.area)] if polygons else others
    drawn = [
        _as_geojson(feature.release.layer_id, _simplified(feature.geometry)) for feature in marked
    ]
    return {"type": "FeatureCollection", "features": drawn}


def _simplified(geometry: GEOSGeometry) -> GEOSGeometry:
    simple: GEOSGeometry = geometry.simplify(OUTLINE_TOLERANCE_DEGREES, preserve_topology=True)
    return simple


def _as_geojson(layer: str, geometry: Any) -> dict[str, Any]:
    # Written from the coordinates: GEOS' own GeoJSON writer goes through GDAL and adds a CRS.
    return {
        "type": "Feature",
        "properties": {"layer": layer},
        "geometry": {"type": geometry.geom_type, "coordinates": geometry.coords},
    }
