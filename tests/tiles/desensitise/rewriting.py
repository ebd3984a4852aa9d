"""Archives with something wrong on purpose: tiles opened, edited and written back."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from mapbox_vector_tile.Mapbox import vector_tile_pb2
from pmtiles.reader import MemorySource, Reader, all_tiles
from pmtiles.tile import zxy_to_tileid
from pmtiles.writer import Writer

Tiles: TypeAlias = dict[tuple[int, int, int], Any]
Points: TypeAlias = list[tuple[int, int]]

_CLOSE = 15


def rewrite(
    source: Path,
    target: Path,
    tiles: Callable[[Tiles], object] = lambda tiles: None,
    metadata: Callable[[dict[str, Any]], object] = lambda metadata: None,
    header: Callable[[dict[str, Any]], object] = lambda header: None,
    pack: Callable[[bytes], bytes] = lambda data: gzip.compress(data, mtime=0),
) -> Path:
    """A copy of an archive after the edits; ``tiles`` gets parsed messages by (z, x, y)."""
    data = source.read_bytes()
    reader = Reader(MemorySource(data))
    facts, head = reader.metadata(), dict(reader.header())
    opened: Tiles = {}
    for zxy, tile in all_tiles(MemorySource(data)):
        opened[zxy] = vector_tile_pb2.tile()
        opened[zxy].ParseFromString(gzip.decompress(tile))
    tiles(opened)
    metadata(facts)
    header(head)
    with target.open("wb") as stream:
        writer = Writer(stream)
        for zxy in sorted(opened, key=lambda one: zxy_to_tileid(*one)):
            writer.write_tile(zxy_to_tileid(*zxy), pack(opened[zxy].SerializeToString()))
        writer.finalize(head, facts)
    return target


def layers(tiles: Tiles, suffix: str = "", zoom: int | None = None) -> list[Any]:
    """The layers whose name ends with ``suffix`` ("" = all but labels), of one zoom or of all."""
    return [
        layer
        for (z, _, _), tile in tiles.items()
        for layer in tile.layers
        if zoom in (None, z)
        and (layer.name.endswith(suffix) if suffix else not layer.name.endswith("_label"))
    ]


def features(tiles: Tiles, suffix: str = "", zoom: int | None = None) -> list[tuple[Any, Any]]:
    """(layer, feature) of those layers."""
    return [(layer, item) for layer in layers(tiles, suffix, zoom) for item in layer.features]


def named(tiles: Tiles, zoom: int | None = None) -> list[tuple[Any, Any]]:
    """The features that have an id."""
    return [(layer, item) for layer, item in features(tiles, zoom=zoom) if item.id]


def merged(tiles: Tiles) -> list[tuple[Any, Any]]:
    """The features without one."""
    return [(layer, item) for layer, item in features(tiles) if not item.id]


def add_tag(layer: Any, feature: Any, key: str, value: str) -> None:
    """Give a feature one more attribute."""
    layer.keys.append(key)
    layer.values.add().string_value = value
    feature.tags.extend([len(layer.keys) - 1, len(layer.values) - 1])


def tags(layer: Any, feature: Any) -> dict[str, int]:
    """Attribute name -> place of the number of its value among the tags of the feature."""
    return {layer.keys[feature.tags[at]]: at + 1 for at in range(0, len(feature.tags), 2)}


def shift(feature: Any, x: int, y: int) -> None:
    """Move a whole feature by so many units."""
    moved = [unzigzag(feature.geometry[1]) + x, unzigzag(feature.geometry[2]) + y]
    feature.geometry[1], feature.geometry[2] = zigzag(moved[0]), zigzag(moved[1])


def rings(feature: Any) -> list[Points]:
    """The rings of a polygon (parts of a line) in units of the tile, not closed."""
    found: list[Points] = []
    at, x, y = 0, 0, 0
    numbers = list(feature.geometry)
    while at < len(numbers):
        if numbers[at] == _CLOSE:
            at += 1
            continue
        if numbers[at] & 7 == 1:
            found.append([])
        for step in range(numbers[at] >> 3):
            x += unzigzag(numbers[at + 1 + 2 * step])
            y += unzigzag(numbers[at + 2 + 2 * step])
            found[-1].append((x, y))
        at += 1 + 2 * (numbers[at] >> 3)
    return found


def draw(feature: Any, shapes: list[Points]) -> None:
    """Give a polygon other rings."""
    numbers: list[int] = []
    x = y = 0
    for ring in shapes:
        numbers.append(9)
        for place, (to_x, to_y) in enumerate(ring):
            if place == 1:
                numbers.append((len(ring) - 1) << 3 | 2)
            numbers += [zigzag(to_x - x), zigzag(to_y - y)]
            x, y = to_x, to_y
        numbers.append(_CLOSE)
    del feature.geometry[:]
    feature.geometry.extend(numbers)


def zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def unzigzag(number: int) -> int:
    return (number >> 1) ^ -(number & 1)
