"""How a layer is drawn (图式), in the manner of printed planning maps.

Land use fills in the official colours; control lines bold in their own; roads cased and widened
with the zoom by rank; railways as the alternating black and white line; boundaries dashed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tiles.pyramid.layer_spec import LABEL_SUFFIX
from tiles.serving.colors import class_colors, class_numbers, darker, darker_classes
from tiles.serving.legend import DEFAULT_COLOR, LegendEntry

StyleLayer = dict[str, Any]

FONTS = ["Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "sans-serif"]
"""Fonts of the reader's own system: the style names no glyph server, so MapLibre draws the text
itself and takes this list as a cascade."""

_TEXT = "#22313f"
_HALO = "#ffffff"
CLASS_NAMES_FROM = 15
"""Zoom from which parcels of land use bear the name of their class."""

STREET_NAMES_FROM = 13
"""Zoom from which lines bear their names."""

_RANK_WIDTHS = (1.0, 0.72, 0.5, 0.34, 0.26)


@dataclass(frozen=True)
class Painter:
    """Draws one layer: its profile, the entries of its legend, the source of its tiles."""

    profile: Mapping[str, Any]
    entries: Sequence[LegendEntry]
    source: str

    def shapes(self) -> list[StyleLayer]:
        """Fills, lines and circles, bottom first."""
        geometry = self.profile["layer"]["geometry"]
        if geometry == "polygon":
            return self._polygons()
        return self._lines() if geometry == "line" else self._circles()

    def texts(self) -> list[StyleLayer]:
        """Labels, which stand above the shapes of all layers."""
        if not self._style.get("label_field"):
            return []
        geometry = self.profile["layer"]["geometry"]
        if geometry == "polygon":
            return [self._polygon_text()]
        return [self._line_text() if geometry == "line" else self._point_text()]

    @property
    def _code(self) -> str:
        code: str = self.profile["layer"]["code"]
        return code

    @property
    def _style(self) -> Mapping[str, Any]:
        style: Mapping[str, Any] = self.profile.get("style", {})
        return style

    @property
    def _color(self) -> Any:
        return class_colors(self._style, self.entries)

    @property
    def _dark(self) -> Any:
        outline = self._style.get("outline")
        return outline or darker_classes(self._style, self.entries)

    def _layer(self, part: str, kind: str, **more: Any) -> StyleLayer:
        """The frame of a style layer; ``layout`` and ``paint`` come in ``more``."""
        shown = self.profile["layer"].get("visible", True)
        layout = {"visibility": "visible" if shown else "none", **more.pop("layout", {})}
        return {
            "id": f"{self._code}-{part}",
            "type": kind,
            "source": self.source,
            "source-layer": more.pop("source_layer", self._code),
            "metadata": {"portal:layer": self._code},
            **{key: value for key, value in more.items() if key != "paint"},
            "layout": layout,
            "paint": more.get("paint", {}),
        }

    # Polygons

    def _polygons(self) -> list[StyleLayer]:
        category = self.profile["layer"].get("category", "plan")
        if self._style.get("theme") == "landuse":
            return self._landuse()
        if category == "base":
            return self._boundary()
        return self._zone(0.55 if category == "plan" else 0.28)

    def _landuse(self) -> list[StyleLayer]:
        opacity = _given(self._style, "opacity", 0.75)
        width = _given(self._style, "width", 0.8)
        return [
            self._layer("fill", "fill", paint={"fill-color": self._color, "fill-opacity": opacity}),
            self._layer(
                "outline",
                "line",
                minzoom=12,
                layout={"line-join": "round"},
                paint={
                    "line-color": self._dark,
                    "line-width": _by_zoom((12, 0.1), (14, width * 0.5), (17, width)),
                    "line-opacity": 0.6,
                },
            ),
        ]

    def _zone(self, opacity: float) -> list[StyleLayer]:
        opacity = _given(self._style, "opacity", opacity)
        width = _given(self._style, "width", 1.6)
        outline = {
            "line-color": self._dark,
            "line-width": _by_zoom((8, width * 0.2), (12, width * 0.55), (16, width * 1.4)),
            **_dashes(self._style),
        }
        line = self._layer("outline", "line", layout={"line-join": "round"}, paint=outline)
        if opacity == 0:
            return [line]
        fill = {"fill-color": self._color, "fill-opacity": opacity}
        return [self._layer("fill", "fill", paint=fill), line]

    def _boundary(self) -> list[StyleLayer]:
        """Administrative divisions: a tint, a pale band, and a thin dashed line upon it."""
        width = _given(self._style, "width", 1.2)
        opacity = _given(self._style, "opacity", 0.06)
        dash = list(self._style.get("dash") or (4, 1.5, 1, 1.5))
        layers = [
            self._layer(
                "band",
                "line",
                layout={"line-join": "round"},
                paint={
                    "line-color": self._color,
                    "line-opacity": 0.14,
                    "line-width": _by_zoom((8, width * 1.2), (12, width * 2.5), (16, width * 6)),
                },
            ),
            self._layer(
                "outline",
                "line",
                layout={"line-join": "round"},
                paint={
                    "line-color": self._dark,
                    "line-dasharray": dash,
                    "line-opacity": 0.7,
                    "line-width": _by_zoom((8, width * 0.4), (12, width * 0.8), (16, width * 1.5)),
                },
            ),
        ]
        if opacity > 0:
            paint = {"fill-color": self._color, "fill-opacity": opacity}
            layers.insert(0, self._layer("fill", "fill", paint=paint))
        return layers

    # Lines

    def _lines(self) -> list[StyleLayer]:
        if self._code.startswith("rail"):
            return self._railway()
        if is_track(self._code):
            return self._cased(self._color, _HALO, 4.0, ranks=_RANK_WIDTHS[1])
        if self._style.get("dash") or self.profile["layer"].get("category") == "control":
            return self._plain_line()
        ranks = class_numbers(self._style, self.entries, _RANK_WIDTHS)
        return self._cased(self._color, self._dark, 7.0, ranks=ranks)

    def _plain_line(self) -> list[StyleLayer]:
        width = _given(self._style, "width", 2.0)
        paint = {
            "line-color": self._color,
            "line-opacity": _given(self._style, "opacity", 1.0),
            "line-width": _by_zoom((8, width * 0.5), (12, width), (16, width * 2)),
            **_dashes(self._style),
        }
        return [self._layer("line", "line", layout={"line-join": "round"}, paint=paint)]

    def _cased(self, color: Any, casing: Any, width: float, *, ranks: Any) -> list[StyleLayer]:
        """A line with an edge of another colour; ``ranks`` (a number or an expression) widens it.

        Of roads, the first class of the legend is the widest.
        """
        width = _given(self._style, "width", width)
        round_ends = {"line-join": "round", "line-cap": "round"}
        outer = {
            "line-color": casing,
            "line-width": _by_rank(ranks, (9, width * 0.16), (13, width * 0.6), (17, width * 2.4)),
        }
        inner = {
            "line-color": color,
            "line-width": _by_rank(ranks, (9, width * 0.1), (13, width * 0.42), (17, width * 2.1)),
        }
        return [
            self._layer("casing", "line", minzoom=10, layout=round_ends, paint=outer),
            self._layer("line", "line", layout=round_ends, paint=inner),
        ]

    def _railway(self) -> list[StyleLayer]:
        """The alternating black and white line of railways."""
        width = _given(self._style, "width", 3.0)
        wide = _by_zoom((8, width * 0.4), (12, width * 0.8), (16, width * 1.6))
        narrow = _by_zoom((8, width * 0.2), (12, width * 0.5), (16, width * 1.1))
        white = {"line-color": _HALO, "line-width": narrow, "line-dasharray": [5, 5]}
        return [
            self._layer("casing", "line", paint={"line-color": self._color, "line-width": wide}),
            self._layer("line", "line", minzoom=10, paint=white),
        ]

    # Points

    def _circles(self) -> list[StyleLayer]:
        radius = _given(self._style, "width", 5.0)
        paint = {
            "circle-color": self._color,
            "circle-radius": _by_zoom((9, radius * 0.4), (13, radius * 0.8), (17, radius * 1.5)),
            "circle-stroke-color": self._style.get("outline") or _HALO,
            "circle-stroke-width": _by_zoom((9, 0.5), (14, 1.5)),
            "circle-opacity": _given(self._style, "opacity", 1.0),
        }
        return [self._layer("circle", "circle", paint=paint)]

    # Texts

    def _polygon_text(self) -> StyleLayer:
        # Names of classes repeat from parcel to parcel: before parcels are large they only clutter.
        landuse = self._style.get("theme") == "landuse"
        return self._layer(
            "label",
            "symbol",
            **({"minzoom": CLASS_NAMES_FROM} if landuse else {}),
            source_layer=self._code + LABEL_SUFFIX,
            layout={**self._text_layout(), "text-max-width": 6, "text-padding": 6},
            paint=_text_paint(_TEXT),
        )

    def _line_text(self) -> StyleLayer:
        ranks = class_numbers(self._style, self.entries, _RANK_WIDTHS)
        layout = {
            **self._text_layout(),
            "symbol-placement": "line",
            "symbol-spacing": 320,
            "text-letter-spacing": 0.1,
            # Where names would crowd, those of the main streets stay.
            "symbol-sort-key": ["*", -1, ranks],
            "text-padding": ["interpolate", ["linear"], ["zoom"], 13, 24, 16, 4],
        }
        return self._layer(
            "label", "symbol", minzoom=STREET_NAMES_FROM, layout=layout, paint=_text_paint(_TEXT)
        )

    def _point_text(self) -> StyleLayer:
        layout = {
            **self._text_layout(),
            "text-anchor": "top",
            "text-offset": [0, 0.6],
            "text-optional": True,
            "text-max-width": 8,
        }
        color = self._style.get("color") or DEFAULT_COLOR
        paint = _text_paint(darker(color, 0.4))
        return self._layer("label", "symbol", minzoom=12, layout=layout, paint=paint)

    def _text_layout(self) -> dict[str, Any]:
        return {
            "text-field": ["to-string", ["get", self._style["label_field"]]],
            "text-font": FONTS,
            "text-size": _by_zoom((10, 10), (14, 12), (17, 14)),
        }


def _text_paint(color: str) -> dict[str, Any]:
    return {"text-color": color, "text-halo-color": _HALO, "text-halo-width": 1.4}


def _given(style: Mapping[str, Any], key: str, default: float) -> float:
    value = style.get(key)
    return default if value is None else float(value)


def _dashes(style: Mapping[str, Any]) -> dict[str, Any]:
    dash = style.get("dash")
    return {"line-dasharray": list(dash)} if dash else {}


def is_track(code: str) -> bool:
    """Whether a layer is of railways or metro lines, which are all of one rank."""
    return code.startswith(("rail", "metro", "transit", "subway"))


def _by_zoom(*stops: tuple[float, float]) -> list[Any]:
    """A value that grows smoothly with the zoom."""
    flat: list[Any] = [part for zoom, value in stops for part in (zoom, round(value, 3))]
    return ["interpolate", ["exponential", 1.4], ["zoom"], *flat]


def _by_rank(ranks: Any, *stops: tuple[float, float]) -> list[Any]:
    """``_by_zoom`` times the rank of the feature; the zoom must stand outermost."""
    flat: list[Any] = []
    for zoom, value in stops:
        flat += [zoom, ["*", ranks, round(value, 3)]]
    return ["interpolate", ["exponential", 1.4], ["zoom"], *flat]
