"""A vector tile judged by the letter of MVT 2.1: every rule that it breaks, by name.

Written apart from every encoder and decoder, so that no default of a library hides a fault. The
invalid tiles of ``@mapbox/mvt-fixtures`` prove that nothing slips through (test_conformance.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tests.clients.mvt_geometry import LINE, POINT, POLYGON, Path, check_geometry
from tests.clients.mvt_wire import (
    BYTES,
    FIXED32,
    FIXED64,
    VARINT,
    Field,
    WireError,
    read_fields,
    read_packed,
)

Report = Callable[[str], None]
Wires = dict[int, tuple[int, str]]

LAYER: Wires = {
    1: (BYTES, "name"),
    2: (BYTES, "feature"),
    3: (BYTES, "key"),
    4: (BYTES, "value"),
    5: (VARINT, "extent"),
    15: (VARINT, "version"),
}
FEATURE: Wires = {
    1: (VARINT, "id"),
    2: (BYTES, "tags"),
    3: (VARINT, "type"),
    4: (BYTES, "geometry"),
}
VALUE: Wires = {
    1: (BYTES, "string"),
    2: (FIXED32, "float"),
    3: (FIXED64, "double"),
    4: (VARINT, "int"),
    5: (VARINT, "uint"),
    6: (VARINT, "sint"),
    7: (VARINT, "bool"),
}
MANY = {"feature", "key", "value"}

OUR_OWN = frozenset(
    {
        "layer: no extent",
        "layer: no feature",
        "layer: an extent other than 4096",
        "layer: a key is stored twice",
        "layer: a value is stored twice",
        "layer: a key or value nobody uses",
        "feature: an id of another feature",
        "feature: a key twice",
        "feature: no known type",
        "geometry: beyond the buffer",
    }
)
"""Rules that the standard recommends or that are ours alone: a valid fixture may break them."""


@dataclass
class _Layer:
    name: bytes | None = None
    keys: list[bytes] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)
    features: list[bytes] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    used: set[tuple[str, int]] = field(default_factory=set)


def broken_rules(tile: bytes, *, extent: int = 4096, buffer: int = 64) -> Counter[str]:
    """Name of each broken rule -> how often; empty for a tile without fault."""
    broken: Counter[str] = Counter()

    def report(rule: str) -> None:
        broken[rule] += 1

    names: list[bytes | None] = []
    try:
        for item in read_fields(tile):
            if (item.number, item.wire) != (3, BYTES):
                report("tile: an unknown field")
                continue
            names.append(_check_layer(item.data, extent, buffer, report))
    except WireError as error:
        report(f"wire: {error}")
    if len(set(names)) != len(names):
        report("tile: two layers of one name")
    return broken


def _known(message: bytes, wires: Wires, what: str, report: Report) -> list[tuple[str, Field]]:
    """The fields of a message that the standard knows, in order; singular ones only once."""
    found: list[tuple[str, Field]] = []
    seen: set[str] = set()
    for item in read_fields(message):
        wire, name = wires.get(item.number, (-1, ""))
        if wire == -1:
            report(f"{what}: an unknown field")
        elif item.wire != wire:
            report(f"{what}: {name} of a wrong type")
        else:
            if name in seen and name not in MANY:
                report(f"{what}: {name} twice")
            seen.add(name)
            found.append((name, item))
    return found


def _check_layer(message: bytes, extent: int, buffer: int, report: Report) -> bytes | None:
    layer, seen = _Layer(), {}
    for name, item in _known(message, LAYER, "layer", report):
        seen[name] = item
        if name == "name":
            layer.name = item.data
        if name in MANY:
            {"feature": layer.features, "key": layer.keys, "value": layer.values}[name].append(
                item.data
            )
    _check_head(layer, seen, extent, report)
    for key in layer.keys:
        _check_text(key, "layer: a key that is no UTF-8", report)
    for value in layer.values:
        _check_value(value, report)
    for feature in layer.features:
        _check_feature(feature, layer, (-buffer, extent + buffer), report)
    _check_dictionary(layer, report)
    return layer.name


def _check_head(layer: _Layer, seen: dict[str, Field], extent: int, report: Report) -> None:
    if not layer.name:
        report("layer: no name")
    else:
        _check_text(layer.name, "layer: a name that is no UTF-8", report)
    if "version" not in seen:
        report("layer: no version")
    elif seen["version"].value not in {1, 2}:
        report("layer: an unknown version")
    if "extent" not in seen:
        report("layer: no extent")
    elif seen["extent"].value != extent:
        report("layer: an extent other than 4096")
    if not layer.features:
        report("layer: no feature")


def _check_dictionary(layer: _Layer, report: Report) -> None:
    if len(set(layer.keys)) != len(layer.keys):
        report("layer: a key is stored twice")
    if len(set(layer.values)) != len(layer.values):
        report("layer: a value is stored twice")
    if len(layer.used) != len(layer.keys) + len(layer.values):
        report("layer: a key or value nobody uses")
    if len(set(layer.ids)) != len(layer.ids):
        report("feature: an id of another feature")


def _check_text(data: bytes, rule: str, report: Report) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        report(rule)


def _check_value(message: bytes, report: Report) -> None:
    fields = _known(message, VALUE, "value", report)
    if len(fields) != 1:
        report("value: not exactly one")
    for name, item in fields:
        if name == "string":
            _check_text(item.data, "value: a text that is no UTF-8", report)
        elif name == "bool" and item.value > 1:
            report("value: a bool that is neither")
        elif name in {"float", "double"}:
            number = np.frombuffer(item.data, "<f4" if name == "float" else "<f8")[0]
            if not np.isfinite(number):
                report("value: not a finite number")


def _check_feature(
    message: bytes, layer: _Layer, reach: tuple[int, int], report: Report
) -> list[Path]:
    fields = dict(_known(message, FEATURE, "feature", report))
    if "id" in fields:
        layer.ids.append(fields["id"].value)
    if "tags" in fields:
        _check_tags(read_packed(fields["tags"].data), layer, report)
    kind = fields["type"].value if "type" in fields else -1
    if kind == -1:
        report("feature: no type")
    elif kind == 0:
        report("feature: no known type")
    elif kind not in {POINT, LINE, POLYGON}:
        report("feature: a wrong type")
    if "geometry" not in fields:
        report("feature: no geometry")
        return []
    paths = check_geometry(read_packed(fields["geometry"].data), kind, report)
    for path in paths:
        if path.points.min() < reach[0] or path.points.max() > reach[1]:
            report("geometry: beyond the buffer")
    return paths


def _check_tags(tags: list[int], layer: _Layer, report: Report) -> None:
    if len(tags) % 2:
        report("feature: half a tag")
        return
    keys, values = tags[::2], tags[1::2]
    if any(key >= len(layer.keys) for key in keys):
        report("feature: a key that the layer lacks")
    if any(value >= len(layer.values) for value in values):
        report("feature: a value that the layer lacks")
    if len(set(keys)) != len(keys):
        report("feature: a key twice")
    layer.used.update({("key", key) for key in keys} | {("value", value) for value in values})
