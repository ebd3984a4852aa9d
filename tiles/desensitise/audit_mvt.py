"""Reading vector tiles (MVT 2.1) for the leak audit: many tiles at once, as flat arrays.

Written apart from the encoder and stricter than a map client: a field that the format does not
know, a second value where one belongs, or a byte that belongs to nothing is an error, since each
could carry something out that no rule looks at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from tiles.desensitise.audit_mvt_geometry import read_vertices
from tiles.desensitise.audit_mvt_values import Vocabulary, read_text, read_varint
from tiles.desensitise.audit_varints import Integers, Octets, Unreadable, read_varints, unpack

_PADDING: Final = bytes(16)


@dataclass(frozen=True)
class DecodedTiles:
    """The content of many tiles.

    Layers: ``layer_tile`` (number of the tile in the batch), ``layer_names``, ``versions``,
    ``extents``. ``unused``: the row of the layer of each key and value that no feature refers to.
    Features: ``layer`` (row of the layers), ``ids`` (0 = none), ``kinds`` (1 point, 2 line,
    3 polygon). Tags: ``tag_feature``, ``tag_key``, ``tag_value`` (numbers of the vocabulary).
    Vertices: ``vertex_feature`` and ``xy``, shape (n, 2), in units of the tile.
    """

    layer_tile: Integers
    layer_names: list[str]
    versions: Integers
    extents: Integers
    unused: Integers
    layer: Integers
    ids: Integers
    kinds: Integers
    tag_feature: Integers
    tag_key: Integers
    tag_value: Integers
    vertex_feature: Integers
    xy: npt.NDArray[np.int64]


@dataclass
class _Scan:
    """What the walk through the outer messages gathers."""

    tile: list[int] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    version: list[int] = field(default_factory=list)
    extent: list[int] = field(default_factory=list)
    features: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    key_count: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    value_count: list[int] = field(default_factory=list)


def decode_tiles(tiles: Sequence[bytes], vocabulary: Vocabulary) -> DecodedTiles:
    """All layers, features, tags and vertices of uncompressed ``tiles``; raises ``Unreadable``."""
    scan, base = _Scan(), 0
    for number, data in enumerate(tiles):
        try:
            _scan_tile(data, base, number, scan, vocabulary)
        except IndexError as error:
            raise Unreadable("a tile ends within a field") from error
        base += len(data)
    octets = np.frombuffer(b"".join([*tiles, _PADDING]), dtype=np.uint8)
    layer = np.repeat(np.arange(len(scan.name)), np.array(scan.features, dtype=np.int64))
    starts, stops = np.array(scan.starts, np.int64), np.array(scan.stops, np.int64)
    ids, kinds, tags, shapes = _feature_fields(octets, starts, stops)
    tag_feature, tag_key, tag_value, unused = _tags(octets, tags, layer, scan)
    vertex_feature, xy = read_vertices(octets, shapes, kinds)
    return DecodedTiles(
        np.array(scan.tile, np.int64), scan.name, np.array(scan.version, np.int64),
        np.array(scan.extent, np.int64), unused, layer, ids, kinds, tag_feature, tag_key,
        tag_value, vertex_feature, xy,
    )  # fmt: skip


def _scan_tile(data: bytes, base: int, number: int, scan: _Scan, vocabulary: Vocabulary) -> None:
    position = 0
    while position < len(data):
        if data[position] != 0x1A:
            raise Unreadable("a tile holds more than layers")
        size, position = read_varint(data, position + 1)
        if position + size > len(data):
            raise Unreadable("a layer is longer than its tile")
        scan.tile.append(number)
        _scan_layer(data, position, position + size, base=base, scan=scan, vocabulary=vocabulary)
        position += size


def _scan_layer(
    data: bytes, position: int, end: int, *, base: int, scan: _Scan, vocabulary: Vocabulary
) -> None:
    """One walk over the fields of a layer; features are only located here."""
    starts: list[int] = []
    stops: list[int] = []
    keys: list[bytes] = []
    values: list[bytes] = []
    single: dict[int, int | bytes] = {}
    while position < end:
        tag, size = data[position], data[position + 1]
        position += 2
        if size >= 0x80:
            size, position = read_varint(data, position - 1)
        if tag == 0x12:
            starts.append(position)
            position += size
            stops.append(position)
        elif tag == 0x22:
            values.append(data[position : position + size])
            position += size
        elif tag == 0x1A:
            keys.append(data[position : position + size])
            position += size
        elif tag in (0x0A, 0x28, 0x78) and tag not in single:
            single[tag] = data[position : position + size] if tag == 0x0A else size
            position += size if tag == 0x0A else 0
        else:
            raise Unreadable("a layer holds an unknown or a repeated field")
    if position != end:
        raise Unreadable("a field is longer than its layer")
    name = single.get(0x0A, b"")
    scan.name.append(read_text(name if isinstance(name, bytes) else b""))
    scan.version.append(int(single.get(0x78, 1)))
    scan.extent.append(int(single.get(0x28, 4096)))
    scan.features.append(len(starts))
    scan.starts.extend(start + base for start in starts)
    scan.stops.extend(stop + base for stop in stops)
    scan.keys.extend(vocabulary.number_names(keys))
    scan.key_count.append(len(keys))
    scan.values.extend(vocabulary.number_values(values))
    scan.value_count.append(len(values))


def _feature_fields(
    octets: Octets, starts: Integers, stops: Integers
) -> tuple[Integers, Integers, Integers, Integers]:
    """Id, kind, and the spans (n, 2) of tags and geometry of each feature."""
    count = len(starts)
    fields = {0x08: np.zeros(count, np.int64), 0x18: np.zeros(count, np.int64)}
    spans = {0x12: np.zeros((count, 2), np.int64), 0x22: np.zeros((count, 2), np.int64)}
    seen = np.zeros(count, dtype=np.int64)
    at = starts.copy()
    while True:
        open_rows = np.flatnonzero(at < stops)
        if not len(open_rows):
            break
        tag = octets[at[open_rows]]
        value, behind = read_varints(octets, at[open_rows] + 1)
        bit = np.left_shift(1, (tag >> 3).astype(np.int64))
        if ((seen[open_rows] & bit) != 0).any() or not np.isin(tag, (8, 18, 24, 34)).all():
            raise Unreadable("a feature holds an unknown or a repeated field")
        seen[open_rows] |= bit
        for number, column in fields.items():
            column[open_rows[tag == number]] = value[tag == number]
        for number, span in spans.items():
            chosen = tag == number
            span[open_rows[chosen], 0] = behind[chosen]
            behind[chosen] += value[chosen]
            span[open_rows[chosen], 1] = behind[chosen]
        if (behind > stops[open_rows]).any():
            raise Unreadable("a field is longer than its feature")
        at[open_rows] = behind
    return fields[0x08], fields[0x18], spans[0x12], spans[0x22]


def _tags(
    octets: Octets, spans: Integers, layer: Integers, scan: _Scan
) -> tuple[Integers, Integers, Integers, Integers]:
    """Feature, key and value of each tag, and the layers of what nobody refers to."""
    numbers, owner = unpack(octets, spans)
    if (np.bincount(owner, minlength=1) % 2).any():
        raise Unreadable("a key without a value")
    feature = owner[::2]
    key, idle_keys = _resolved(numbers[::2], layer[feature], scan.key_count)
    value, idle_values = _resolved(numbers[1::2], layer[feature], scan.value_count)
    unused = np.concatenate([idle_keys, idle_values])
    keys, values = np.array(scan.keys, np.int64), np.array(scan.values, np.int64)
    return feature, keys[key], values[value], unused


def _resolved(index: Integers, layer: Integers, counts: list[int]) -> tuple[Integers, Integers]:
    """Positions in the table of all layers, and the layer of each entry not referred to."""
    size = np.array(counts, dtype=np.int64)
    if (index >= size[layer]).any():
        raise Unreadable("a tag refers to nothing")
    place = (np.cumsum(size) - size)[layer] + index
    idle = np.ones(int(size.sum()), dtype=bool)
    idle[place] = False
    return place, np.repeat(np.arange(len(size)), size)[idle]
