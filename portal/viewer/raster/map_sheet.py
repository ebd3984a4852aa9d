"""A map of published features as a PNG sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from portal.core.map_link import Bounds
from portal.viewer.picture import Frame, mark
from portal.viewer.profiles import choose, profile_of
from portal.viewer.raster.shapes import Bitmap
from portal.viewer.raster.sheet import Layout, Legend, as_png
from portal.viewer.review_numbers import review_line
from tiles.desensitise.profile import Profile
from tiles.releases.models import Release, ReleaseFeature
from tiles.serving.legend import legend

MOST_FEATURES = 25_000
"""Of one layer in one picture. Beyond it the picture says that it is not complete."""


@dataclass(frozen=True)
class MapSheet:
    """What to draw: ``frame`` is the map itself, ``layout`` the sheet around it."""

    layout: Layout
    frame: Frame
    releases: Sequence[Release]
    box: Bounds | None = None

    @property
    def identity(self) -> str:
        """Everything that the picture depends on."""
        releases = [release.pk for release in self.releases]
        return f"{self.layout} {self.frame} {releases} {self.box}"

    def png(self) -> bytes:
        """Draw it."""
        bitmap, whole = Bitmap(self.frame), True
        for release in self.releases:
            rows = features_in(release, self.frame.bounds())
            whole = whole and len(rows) <= MOST_FEATURES
            colors = {str(entry.value): entry.color for entry in legend(release.profile)}
            bitmap.draw(profile_of(release), colors, rows[:MOST_FEATURES])
        if self.box is not None:
            place = mark(self.frame, self.box)
            bitmap.mark((place.x, place.y, place.x + place.width, place.y + place.height))
        layout = self.layout if whole else _incomplete(self.layout)
        picture = bitmap.finished().crop((0, 0, *layout.map_size))
        return as_png(layout.sheet(picture, self.frame.metres_per_pixel), layout.texts)


def features_in(release: Release, bounds: Bounds) -> list[tuple[Any, dict[str, Any]]]:
    """Geometries and properties within bounds in degrees, one more than may be drawn."""
    features = ReleaseFeature.objects.filter(release=release).in_box(*bounds)
    rows = features.order_by("number").values_list("geometry", "properties")
    return list(rows[: MOST_FEATURES + 1])


def _incomplete(layout: Layout) -> Layout:
    """The layout with a line that says so; the map becomes that much lower."""
    note = _("要素过多，图中只绘出一部分")
    return replace(layout, texts=replace(layout.texts, note=note))


def texts_of(releases: Sequence[Release], title: str = "", subtitle: str = "") -> Legend:
    """The texts around a map of these releases; of one layer its own title and plan."""
    profiles = [profile_of(release) for release in releases]
    if not title:
        title, subtitle = _titles(profiles)
    sources = dict.fromkeys(
        choose(profile.layer.source, profile.layer.source_en) for profile in profiles
    )
    return Legend(
        title=title,
        subtitle=subtitle,
        review_line=review_line(profile.layer.review_number for profile in profiles),
        data_date=max((profile.layer.data_date for profile in profiles), default=""),
        source=_("；").join(filter(None, sources)),
    )


def _titles(profiles: Sequence[Profile]) -> tuple[str, str]:
    names = [choose(profile.layer.title, profile.layer.title_en) for profile in profiles]
    if len(profiles) == 1:
        layer = profiles[0].layer
        plan = choose(layer.plan, layer.plan_en)
        return names[0], "　".join(filter(None, (plan, layer.approval)))
    return _("规划一张图"), _("、").join(reversed(names))
