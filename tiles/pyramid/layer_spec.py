"""What the pyramid needs to know of a layer (图层规格)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

GeometryKind = Literal["polygon", "line", "point"]

LABEL_SUFFIX = "_label"


@dataclass(frozen=True)
class LayerSpec:
    """One layer of the pyramid.

    ``code`` is also the name of the layer inside a tile; label points of polygons lie in a second
    layer of the tile, ``code + "_label"``. ``class_field``: the attribute whose equal neighbours
    may be merged at low zooms. ``fields``: (name, type) with type ``text``, ``number``,
    ``integer`` or ``date``, in display order; other columns of a table never reach a tile.
    ``coverage``: polygons share their borders exactly (no overlaps).
    ``metadata``: goes into the archive's metadata as it is (review number, licence, plan).
    """

    code: str
    geometry: GeometryKind
    min_zoom: int
    max_zoom: int
    class_field: str | None = None
    label_field: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    coverage: bool = False

    def __post_init__(self) -> None:
        if self.geometry not in get_args(GeometryKind):
            raise ValueError(f"unknown kind of geometry: {self.geometry!r}")
        if not 0 <= self.min_zoom <= self.max_zoom <= 22:
            raise ValueError(f"zooms {self.min_zoom}-{self.max_zoom} are not within 0-22")

    @property
    def label_layer(self) -> str:
        """Name of the layer of label points inside a tile."""
        return self.code + LABEL_SUFFIX

    @property
    def has_label_layer(self) -> bool:
        """Whether label points are made: polygons with a label field."""
        return self.geometry == "polygon" and self.label_field is not None

    @classmethod
    def from_profile(cls, public: Mapping[str, Any]) -> LayerSpec:
        """The spec of a layer from the public half of its profile (``Profile.public()``)."""
        layer, style, zooms = public["layer"], public.get("style", {}), public["zooms"]
        fields = tuple((item["name"], item["type"]) for item in public.get("attribute", ()))
        names = {name for name, _ in fields}
        class_field, label_field = style.get("class_field"), style.get("label_field")
        return cls(
            code=layer["code"],
            geometry=layer["geometry"],
            min_zoom=int(zooms["min"]),
            max_zoom=int(zooms["max"]),
            class_field=class_field if class_field in names else None,
            label_field=label_field if label_field in names else None,
            fields=fields,
            metadata=_public_facts(layer),
            coverage=bool(layer.get("coverage", False)),
        )


def _public_facts(layer: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a downloaded archive must carry by itself."""
    facts = {
        "name": layer.get("title", layer["code"]),
        "description": layer.get("description", ""),
        "attribution": _attribution(layer),
        "review_number": layer.get("review_number", ""),
        "licence": layer.get("licence", ""),
        "plan": layer.get("plan", ""),
        "approval": layer.get("approval", ""),
        "data_date": str(layer.get("data_date") or ""),
    }
    return {key: value for key, value in facts.items() if value}


def _attribution(layer: Mapping[str, Any]) -> str:
    """Source and review number as one line for the map's corner."""
    parts = [layer.get("source", ""), layer.get("review_number", "")]
    return " ".join(part for part in parts if part)
