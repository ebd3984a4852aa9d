"""The layers of the map with everything a reader needs to judge them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.core.map_link import Bounds
from portal.viewer.legend import FEW_ENTRIES, LegendGroup, Swatch, legend_groups
from portal.viewer.profiles import CATEGORIES, choose, profile_of
from tiles.desensitise.profile import Profile
from tiles.releases.models import Layer, Release


@dataclass(frozen=True)
class Fact:
    """A term and its value, both in the reader's language."""

    term: str
    value: str


@dataclass(frozen=True)
class MapLayer:
    """One published layer for the panel, the list and the map's script."""

    code: str
    title: str
    description: str
    category: str
    order: int
    visible: bool
    facts: list[Fact]
    legend: list[LegendGroup]
    bounds: Bounds
    review_number: str
    data_date: str

    @property
    def only_swatch(self) -> Swatch | None:
        """The sign of a layer that is drawn alike everywhere: it stands beside the layer's name."""
        swatches = [swatch for group in self.legend for swatch in group.swatches]
        return swatches[0] if len(swatches) == 1 and swatches[0].label == self.title else None

    @property
    def short_legend(self) -> list[Swatch]:
        """Swatches without headings, few enough to stand open below the name; else none."""
        if len(self.legend) != 1 or self.legend[0].title or self.only_swatch:
            return []
        swatches = self.legend[0].swatches
        return swatches if len(swatches) <= FEW_ENTRIES else []

    @property
    def has_long_legend(self) -> bool:
        """Whether the legend is opened on demand."""
        return bool(self.legend) and not self.only_swatch and not self.short_legend


@dataclass(frozen=True)
class LayerGroup:
    """The layers of one category."""

    title: str
    layers: list[MapLayer]


def layer_facts(profile: Profile) -> list[Fact]:
    """Plan, approval, dates, source and review number; what is not known is left out."""
    layer = profile.layer
    pairs = [
        (_("规划"), choose(layer.plan, layer.plan_en)),
        (_("批准文号"), layer.approval),
        (_("批准日期"), layer.approved_on),
        (_("数据日期"), layer.data_date),
        (_("审图号"), layer.review_number),
        (_("数据来源"), choose(layer.source, layer.source_en)),
        (_("使用许可"), choose(layer.licence, layer.licence_en)),
    ]
    return [Fact(term, value) for term, value in pairs if value]


def _map_layer(release: Release) -> MapLayer:
    profile = profile_of(release)
    layer = profile.layer
    west, south, east, north = release.bounds
    return MapLayer(
        code=layer.code,
        title=choose(layer.title, layer.title_en),
        description=choose(layer.description, layer.description_en),
        category=layer.category,
        order=layer.order,
        visible=layer.visible,
        facts=layer_facts(profile),
        legend=legend_groups(release, profile),
        bounds=(west, south, east, north),
        review_number=layer.review_number,
        data_date=layer.data_date,
    )


def published_layers() -> list[MapLayer]:
    """Every layer in force, top of the map first."""
    releases = [layer.current for layer in Layer.objects.published() if layer.current]
    return [_map_layer(release) for release in reversed(releases)]


def grouped(layers: list[MapLayer]) -> list[LayerGroup]:
    """Layers by category, in the order in which readers ask; empty categories left out.

    Within a category those that the map opens with come first, then the upper ones.
    """
    groups = []
    for category, title in CATEGORIES.items():
        members = [layer for layer in layers if layer.category == category]
        members.sort(key=lambda layer: (not layer.visible, -layer.order))
        if members:
            groups.append(LayerGroup(str(title), members))
    return groups


def common_bounds(layers: list[MapLayer]) -> Bounds | None:
    """The smallest box in degrees around all layers; None when there is no layer."""
    if not layers:
        return None
    west, south, east, north = zip(*(layer.bounds for layer in layers), strict=True)
    return (min(west), min(south), max(east), max(north))
