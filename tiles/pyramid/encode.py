"""Vector tiles (MVT 2.1) of many features at once.

In the wire format a feature is a flat run of variable-length integers: its keys and lengths, its
tags, and its geometry's commands. So all features of all tiles of a block are laid out in one array
and written in one pass; only names and values are put together tile by tile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tiles.pyramid.attributes import ABSENT, Codes
from tiles.pyramid.layer_spec import GeometryKind
from tiles.pyramid.ragged import Integers, Paths, run_sums, scattered
from tiles.pyramid.tile_grid import EXTENT
from tiles.pyramid.varints import Unsigned, varint, widths, written, zigzag

_TYPE: dict[GeometryKind, int] = {"point": 1, "line": 2, "polygon": 3}
_MOVE_TO, _LINE_TO, _CLOSE_PATH = 1, 2, 7
_ID, _TAGS, _KIND, _GEOMETRY = 0x08, 0x12, 0x18, 0x22
_LAYER, _NAME, _FEATURE, _KEY = 0x1A, 0x0A, 0x12, 0x1A
_HEAD = b"\x78\x02"
_TAIL = b"\x28" + varint(EXTENT)


@dataclass(frozen=True)
class Instances:
    """Features cut to tiles, tile by tile: one row for each feature of each tile.

    ``tile``: ascending numbers 0 ... ``tiles`` - 1; ``paths`` in the coordinates of each row's own
    tile; ``codes``: places in ``values`` (encoded ``Value`` messages), shape (n, len(names)).
    """

    tile: Integers
    tiles: int
    kind: GeometryKind
    paths: Paths
    ids: Integers
    names: tuple[str, ...]
    values: Sequence[bytes]
    codes: Codes


def encode_layers(name: str, rows: Instances) -> list[bytes]:
    """The layer ``name`` of each tile, uncompressed; ``b""`` for a tile without features."""
    dictionary = _Dictionary.of(rows)
    octets, ends = _features(rows, dictionary)
    first = np.searchsorted(rows.tile, np.arange(rows.tiles + 1))
    cuts = np.concatenate([[0], ends])[first].tolist()
    keys = [_text(_KEY, key) for key in rows.names]
    layers = []
    for tile in range(rows.tiles):
        if cuts[tile] == cuts[tile + 1]:
            layers.append(b"")
            continue
        used, values = dictionary.of_tile(tile)
        body = b"".join(
            [
                _HEAD,
                _text(_NAME, name),
                octets[cuts[tile] : cuts[tile + 1]],
                *(keys[column] for column in used),
                *(rows.values[code] for code in values),
                _TAIL,
            ]
        )
        layers.append(bytes([_LAYER]) + varint(len(body)) + body)
    return layers


def _text(key: int, text: str) -> bytes:
    raw = text.encode()
    return bytes([key]) + varint(len(raw)) + raw


@dataclass(frozen=True)
class _Dictionary:
    """Keys and values in use, numbered anew in each tile.

    ``tags``: key and value numbers of all rows; ``tag_start``: (n + 1,) where each row's begin.
    """

    tags: Unsigned
    tag_start: Integers
    keys: npt.NDArray[np.bool_]
    values: Integers
    value_start: Integers

    @classmethod
    def of(cls, rows: Instances) -> _Dictionary:
        row, column = np.nonzero(rows.codes != ABSENT)
        tile, columns = rows.tile[row], len(rows.names)
        keys = np.zeros((rows.tiles, columns), dtype=bool)
        keys[tile, column] = True
        key_number = np.cumsum(keys, axis=1) - 1
        total = len(rows.values)
        pairs, place = np.unique(tile * total + rows.codes[row, column], return_inverse=True)
        start = np.searchsorted(pairs, np.arange(rows.tiles + 1) * total)
        tags = np.empty(2 * len(row), dtype=np.uint32)
        tags[0::2] = key_number[tile, column]
        tags[1::2] = place - start[tile]
        tag_start = np.zeros(len(rows.codes) + 1, dtype=np.int64)
        np.cumsum(2 * np.bincount(row, minlength=len(rows.codes)), out=tag_start[1:])
        return cls(tags, tag_start, keys, pairs % max(total, 1), start)

    def of_tile(self, tile: int) -> tuple[list[int], list[int]]:
        """Columns and values in use in one tile, in the order of their numbers."""
        values = self.values[self.value_start[tile] : self.value_start[tile + 1]]
        return np.flatnonzero(self.keys[tile]).tolist(), values.tolist()


def _features(rows: Instances, dictionary: _Dictionary) -> tuple[bytes, Integers]:
    """All features as bytes, and where each ends."""
    commands, command_start = _commands(rows.paths, rows.kind)
    geometry_bytes = run_sums(widths(commands), command_start)
    tag_bytes = run_sums(widths(dictionary.tags), dictionary.tag_start)
    tagged, named = tag_bytes > 0, rows.ids > 0
    body = 3 + widths(geometry_bytes.astype(np.uint32)) + geometry_bytes
    body += np.where(named, 1 + widths(rows.ids.astype(np.uint32)), 0)
    body += np.where(tagged, 1 + widths(tag_bytes.astype(np.uint32)) + tag_bytes, 0)
    tags, number = np.diff(dictionary.tag_start), np.diff(command_start)
    length = 6 + 2 * named + np.where(tagged, 2 + tags, 0) + number
    at = np.cumsum(length) - length
    end = at + length
    flat = np.empty(int(length.sum()), dtype=np.uint32)
    flat[at], flat[at + 1] = _FEATURE, body
    flat[at[named] + 2], flat[at[named] + 3] = _ID, rows.ids[named]
    at = at + 2 + 2 * named
    flat[at[tagged]], flat[at[tagged] + 1] = _TAGS, tag_bytes[tagged]
    flat[scattered((at + 2)[tagged], tags[tagged])] = dictionary.tags
    at = end - number - 4
    flat[at], flat[at + 1] = _KIND, _TYPE[rows.kind]
    flat[at + 2], flat[at + 3] = _GEOMETRY, geometry_bytes
    flat[scattered(at + 4, number)] = commands
    width = widths(flat)
    ends = np.cumsum(width)[end - 1] if len(end) else end
    return written(flat, width).tobytes(), ends


def _commands(paths: Paths, kind: GeometryKind) -> tuple[Unsigned, Integers]:
    """Command integers and parameters of all features (MVT 2.1, 4.3), and where each's begin."""
    steps = zigzag(_steps(paths))
    count = np.diff(paths.path_start)
    extra = {"point": 1, "line": 2, "polygon": 3}[kind]
    length = 2 * count + extra
    start = np.concatenate([[0], np.cumsum(length)])
    flat = np.empty(int(start[-1]), dtype=np.uint32)
    at = start[:-1]
    first = 2 * paths.path_start[:-1]
    if kind == "point":
        flat[at] = (count << 3) | _MOVE_TO
        flat[scattered(at + 1, 2 * count)] = steps
    else:
        flat[at] = (1 << 3) | _MOVE_TO
        flat[at + 1], flat[at + 2] = steps[first], steps[first + 1]
        flat[at + 3] = ((count - 1) << 3) | _LINE_TO
        rest = 2 * (count - 1)
        flat[scattered(at + 4, rest)] = steps[scattered(first + 2, rest)]
    if kind == "polygon":
        flat[start[1:] - 1] = (1 << 3) | _CLOSE_PATH
    return flat, start[paths.feature_start]


def _steps(paths: Paths) -> Integers:
    """From each point of a feature to the next, the first from the tile's corner; flat x, y."""
    steps = paths.points.copy()
    steps[1:] -= paths.points[:-1]
    begins = paths.path_start[paths.feature_start[:-1]]
    steps[begins] = paths.points[begins]
    return steps.ravel()
