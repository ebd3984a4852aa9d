"""The tables of a layer profile as typed objects, each with its own strict reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import pyproj
import pyproj.exceptions

from tiles.desensitise.profile_reader import Section, profile_error

GeometryKind = Literal["polygon", "line", "point"]

# Square metres, hectares (公顷), mu (亩), square kilometres.
AreaUnit = Literal["m2", "ha", "mu", "km2"]

_COLOR = r"#[0-9a-fA-F]{6}"


@dataclass(frozen=True)
class LayerInfo:
    """What the layer is and where it comes from (图层说明)."""

    code: str
    title: str
    title_en: str
    geometry: GeometryKind
    description: str = ""
    description_en: str = ""
    coverage: bool = False
    category: str = "plan"
    order: int = 10
    visible: bool = True
    plan: str = ""
    plan_en: str = ""
    approval: str = ""
    approved_on: str = ""
    data_date: str = ""
    review_number: str = ""
    licence: str = ""
    licence_en: str = ""
    source: str = ""
    source_en: str = ""


def read_layer(section: Section) -> LayerInfo:
    layer = LayerInfo(
        code=section.matching("code", r"[a-z][a-z0-9_]{1,39}"),
        title=section.text("title"),
        title_en=section.text("title_en"),
        geometry=cast(GeometryKind, section.choice("geometry", ("polygon", "line", "point"))),
        description=section.text("description", "", longest=2000),
        description_en=section.text("description_en", "", longest=2000),
        coverage=section.flag("coverage", False),
        category=section.choice("category", ("plan", "control", "facility", "base"), "plan"),
        order=section.integer("order", 10, least=0, most=10_000),
        visible=section.flag("visible", True),
        plan=section.text("plan", ""),
        plan_en=section.text("plan_en", ""),
        approval=section.text("approval", ""),
        approved_on=section.date("approved_on"),
        data_date=section.date("data_date"),
        review_number=section.text("review_number", ""),
        licence=section.text("licence", "", longest=500),
        licence_en=section.text("licence_en", "", longest=500),
        source=section.text("source", ""),
        source_en=section.text("source_en", ""),
    )
    section.finish()
    if layer.coverage and layer.geometry != "polygon":
        raise profile_error("layer.coverage", "只用于面图层", "is for polygon layers only")
    return layer


@dataclass(frozen=True)
class StyleClass:
    """One entry of the legend of a ``classes`` theme."""

    value: str
    color: str
    title: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Style:
    """How the layer is drawn; colours are ``#rrggbb`` (图式)."""

    theme: Literal["landuse", "single", "classes"] = "single"
    class_field: str | None = None
    label_field: str | None = None
    color: str = "#666666"
    outline: str | None = None
    width: float | None = None
    dash: tuple[float, ...] = ()
    opacity: float | None = None
    classes: tuple[StyleClass, ...] = ()


def _style_class(section: Section) -> StyleClass:
    entry = StyleClass(
        value=section.text("value"),
        color=section.matching("color", _COLOR),
        title=section.text("title", ""),
        title_en=section.text("title_en", ""),
    )
    section.finish()
    return entry


def read_style(section: Section) -> Style:
    theme = section.choice("theme", ("landuse", "single", "classes"), "single")
    style = Style(
        theme=cast(Literal["landuse", "single", "classes"], theme),
        class_field=section.optional_text("class_field"),
        label_field=section.optional_text("label_field"),
        color=section.matching("color", _COLOR, "#666666"),
        outline=section.matching("outline", _COLOR) if section.has("outline") else None,
        width=section.number("width", least=0.0, most=50.0) if section.has("width") else None,
        dash=section.numbers("dash", most=8),
        opacity=section.number("opacity", least=0.0, most=1.0) if section.has("opacity") else None,
        classes=tuple(_style_class(entry) for entry in section.sections("classes")),
    )
    section.finish()
    if style.theme != "single" and style.class_field is None:
        raise profile_error("style.class_field", "必填", "is required by this theme")
    if style.theme == "classes" and not style.classes:
        raise profile_error("style.classes", "必填", "is required by this theme")
    return style


@dataclass(frozen=True)
class Zooms:
    """Lowest and highest zoom of the archive, in WebMercatorQuad levels."""

    min: int
    max: int


def read_zooms(section: Section) -> Zooms:
    low = section.integer("min", 8, least=0, most=22)
    zooms = Zooms(low, section.integer("max", max(low, 14), least=0, most=22))
    section.finish()
    if zooms.max < zooms.min:
        raise profile_error("zooms.max", "不应小于 zooms.min", "must not be below zooms.min")
    return zooms


@dataclass(frozen=True)
class Ground:
    """The ground grid: ``grid`` in metres of the projected CRS ``crs``; ``min_area`` in m2."""

    crs: str
    grid: float
    min_area: float


def read_ground(section: Section) -> Ground:
    grid_crs = section.matching("crs", r"EPSG:\d{4,6}")
    # Below this the whole numbers of grid steps would not fit the exact arithmetic of the snapping.
    grid = section.number("grid", least=0.1, most=10_000.0)
    ground = Ground(grid_crs, grid, section.number("min_area", grid * grid, least=0.0, most=1e9))
    section.finish()
    try:
        crs = pyproj.CRS.from_user_input(ground.crs)
    except pyproj.exceptions.CRSError as error:
        raise profile_error("ground.crs", "不是已知的坐标系", "is not a known CRS") from error
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        raise profile_error(
            "ground.crs", "应为以米为单位的投影坐标系", "must be projected, in metres"
        )
    return ground


@dataclass(frozen=True)
class Quality:
    """What quality control demands of the raw layer (质检要求); shares are fractions of 1.

    ``layers``: names of source layers that must be there. ``unique``: fields whose values are
    used once only. ``standard_layer``: the layer's code in the plan database specification, whose
    fields the raw layer must then have.
    """

    required: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    standard_layer: str | None = None
    area_field: str | None = None
    area_unit: AreaUnit = "m2"
    area_tolerance: float = 0.01
    max_total_area_change: float = 0.001
    max_feature_area_change: float = 0.01
    duplicates: Literal["report", "refuse"] = "report"
    overlaps: Literal["report", "refuse"] = "report"
    gaps: Literal["report", "refuse"] = "report"


def read_quality(section: Section) -> Quality:
    verdicts = {
        name: cast(
            Literal["report", "refuse"], section.choice(name, ("report", "refuse"), "report")
        )
        for name in ("duplicates", "overlaps", "gaps")
    }
    quality = Quality(
        required=section.texts("required"),
        layers=section.texts("layers"),
        unique=section.texts("unique"),
        standard_layer=(
            section.matching("standard_layer", r"[A-Z][A-Z0-9]{1,19}")
            if section.has("standard_layer")
            else None
        ),
        area_field=section.optional_text("area_field"),
        area_unit=cast(AreaUnit, section.choice("area_unit", ("m2", "ha", "mu", "km2"), "m2")),
        area_tolerance=section.number("area_tolerance", 0.01, least=0.0, most=1.0),
        max_total_area_change=section.number("max_total_area_change", 0.001, least=0.0, most=1.0),
        max_feature_area_change=section.number(
            "max_feature_area_change", 0.01, least=0.0, most=1.0
        ),
        **verdicts,
    )
    section.finish()
    return quality


@dataclass(frozen=True)
class SmallCounts:
    """No combination of ``fields`` may be shared by fewer than ``k`` features (小计数)."""

    k: int
    fields: tuple[str, ...]
    action: Literal["suppress", "generalise"] = "suppress"


def read_small_counts(section: Section) -> SmallCounts:
    action = section.choice("action", ("suppress", "generalise"), "suppress")
    rule = SmallCounts(
        k=section.integer("k", least=2, most=1000),
        fields=section.texts("fields", most=20),
        action=cast(Literal["suppress", "generalise"], action),
    )
    section.finish()
    if not rule.fields:
        raise profile_error("small_counts.fields", "必填", "is required")
    return rule


LEAST_SALT = 12


@dataclass(frozen=True)
class Secret:
    """The half that never leaves the internal node (内部参数).

    ``restricted_margin``: metres kept clear around restricted zones. ``salt``: a secret text; it
    makes the place of the withheld area unguessable and stable from release to release. Where there
    are zones it must have ``LEAST_SALT`` bytes: who can guess it can compute where a zone is not.
    """

    restricted_margin: float
    salt: str = ""


def read_secret(section: Section) -> Secret:
    secret = Secret(
        section.number("restricted_margin", least=0.0, most=100_000.0), section.text("salt", "")
    )
    section.finish()
    return secret
