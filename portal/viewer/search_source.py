"""What search finds of the map: its layers, and their named features (道路、片区、站点、设施)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.search.source import SearchDocument
from tiles.desensitise.profile import AttributeRule, Profile, parse_public

if TYPE_CHECKING:
    from portal.core.map_link import Bounds
    from tiles.releases.models import Release

LAYER, PLACE = "layer", "place"
NAME_ENDING = "名称"
"""How a profile's attribute is titled that names a thing: 道路名称, 站点名称, 设施名称."""

SHORTEST_NAME = 2
POINT_BOUNDS_DEGREES = 0.002
"""About 200 m around a point: the map opens with its surroundings."""

_CHUNK = 2000


def name_attribute(profile: Profile) -> AttributeRule | None:
    """The public attribute that holds the features' own names; None for a layer of classes."""
    named = [
        rule for rule in profile.attributes if rule.title.endswith(NAME_ENDING) and not rule.domain
    ]
    for rule in named:
        if rule.name == profile.style.label_field:
            return rule
    return named[0] if named else None


class LayerSource:
    """Every layer in force; its hit leads to the page of the layer. Keys are the layers' codes."""

    kind = LAYER
    label = _("图层")

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """All layers, or those of ``keys``."""
        from tiles.releases.models import Layer  # noqa: PLC0415 - models are not ready yet

        rows = Layer.objects.published()
        if keys is not None:
            rows = rows.filter(code__in=list(keys))
        with translation.override("zh-hans"):
            for row in rows:
                if row.current is not None:
                    yield _layer(row.current)


def _layer(release: Release) -> SearchDocument:
    from portal.viewer.legend import legend_groups  # noqa: PLC0415 - models are not ready yet
    from portal.viewer.profiles import CATEGORIES, profile_of  # noqa: PLC0415 - the same

    profile = profile_of(release)
    layer = profile.layer
    signs = [swatch.label for group in legend_groups(release, profile) for swatch in group.swatches]
    return SearchDocument(
        kind=LAYER,
        key=layer.code,
        title=layer.title,
        title_en=layer.title_en,
        heading=str(CATEGORIES[layer.category]),
        text="\n".join(filter(None, [layer.description, layer.plan, "、".join(signs)])),
        url=reverse("viewer:layer", args=[layer.code]),
        issuer=layer.source,
        aliases=(layer.code,),
    )


@dataclass
class _Place:
    """All features of one name in one layer; the largest one is where the answer opens."""

    bounds: Bounds
    size: float
    number: int
    facts: list[str]


class PlaceSource:
    """One document for each name in each layer; keys are ``layer:digest of the name``."""

    kind = PLACE
    label = _("地点")

    def documents(self, keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
        """All places, or those of ``keys``."""
        from tiles.releases.models import Layer  # noqa: PLC0415 - models are not ready yet

        wanted = None if keys is None else set(keys)
        codes = None if wanted is None else {key.partition(":")[0] for key in wanted}
        for layer in Layer.objects.published():
            if layer.current is None or (codes is not None and layer.code not in codes):
                continue
            with translation.override("zh-hans"):
                for document in _places_of(layer.current):
                    if wanted is None or document.key in wanted:
                        yield document


def _places_of(release: Release) -> Iterator[SearchDocument]:
    profile = parse_public(release.profile)
    rule = name_attribute(profile)
    if rule is None:
        return
    features = release.features.order_by("number")
    found: dict[str, _Place] = {}
    for feature in features.iterator(_CHUNK):
        name = str(feature.properties.get(rule.name) or "").strip()
        if len(name) >= SHORTEST_NAME:
            _add(found, name, feature, profile, rule)
    for name, place in found.items():
        largest = features.get(number=place.number)
        yield _document(profile, name, place, _middle(largest.geometry))


def _middle(geometry: Any) -> tuple[float, float]:
    """A point of the feature itself: halfway along its longest line, or inside its surface."""
    if "LineString" in geometry.geom_type:
        lines = geometry if geometry.geom_type == "MultiLineString" else [geometry]
        point = max(lines, key=lambda line: line.length).interpolate_normalized(0.5)
    else:
        point = geometry.point_on_surface
    return float(point.x), float(point.y)


def _add(
    found: dict[str, _Place], name: str, feature: Any, profile: Profile, rule: AttributeRule
) -> None:
    west, south, east, north = feature.geometry.extent
    size = float(feature.geometry.area or feature.geometry.length)
    place = found.get(name)
    if place is None:
        facts = [
            str(feature.properties[other.name])
            for other in profile.attributes
            if other.name != rule.name
            and other.type == "text"
            and not other.domain
            and feature.properties.get(other.name) not in (None, "")
        ]
        found[name] = _Place((west, south, east, north), size, feature.number, facts)
        return
    old = place.bounds
    place.bounds = (min(old[0], west), min(old[1], south), max(old[2], east), max(old[3], north))
    if size > place.size:
        place.size, place.number = size, feature.number


def _document(
    profile: Profile, name: str, place: _Place, point: tuple[float, float]
) -> SearchDocument:
    from portal.core.map_link import map_link  # noqa: PLC0415 - models are not ready yet

    layer = profile.layer
    digest = hashlib.sha256(name.encode()).hexdigest()[:24]
    west, south, east, north = place.bounds
    if (west, south) == (east, north):
        half = POINT_BOUNDS_DEGREES
        west, south, east, north = west - half, south - half, east + half, north + half
    lon, lat = point
    return SearchDocument(
        kind=PLACE,
        key=f"{layer.code}:{digest}",
        title=name,
        heading=layer.title,
        text=" ".join(dict.fromkeys(place.facts)),
        # The map opens at the place with its point selected, so that the answer stands beside it.
        url=f"{map_link((west, south, east, north))}&p={lon:.6f},{lat:.6f}",
        issuer=layer.source,
    )
