"""The parent's view of a result that a hijacked child may have written."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiles.packages.transfer import (
    RESULT_DATA,
    RESULT_INDEX,
    ColumnIndex,
    LayerIndex,
    ResultReader,
    ResultWriter,
    TransferError,
)


def write_result(folder: Path) -> None:
    writer = ResultWriter(folder)
    values, ends = writer.blobs([b"wkb-one", None, b"wkb-three"])
    text, stops = writer.blobs(["甲".encode(), None, b""])
    missing = writer.section(np.array([0, 1, 0], np.uint8))
    numbers = writer.section(np.array([1.5, 0, 2.5], "<f8"))
    columns = (
        ColumnIndex("名", "text", text, missing, stops),
        ColumnIndex("n", "number", numbers, missing),
    )
    writer.layers.append(LayerIndex(0, "a", "EPSG:4547", 3, values, ends, columns, {"note": 1}))
    writer.finish({"isolation": []})


def read_everything(folder: Path) -> list[object]:
    reader = ResultReader(folder, 1 << 20, 1000)
    found: list[object] = []
    for layer in reader.layers:
        found.append(reader.geometry(layer))
        found += [list(reader.column(layer, column)) for column in layer.columns]
    return found


def test_a_result_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_result(tmp_path)
    assert read_everything(tmp_path) == [
        [b"wkb-one", None, b"wkb-three"],
        ["甲", None, ""],
        [1.5, None, 2.5],
    ]


def test_links_in_place_of_the_result_are_not_followed(tmp_path: Path) -> None:
    write_result(tmp_path)
    for name in (RESULT_DATA, RESULT_INDEX):
        (tmp_path / name).rename(tmp_path / "elsewhere")
        (tmp_path / name).symlink_to("elsewhere")
        with pytest.raises(TransferError):
            read_everything(tmp_path)
        (tmp_path / name).unlink()
        (tmp_path / "elsewhere").rename(tmp_path / name)


def test_a_result_too_large_is_refused(tmp_path: Path) -> None:
    write_result(tmp_path)
    with pytest.raises(TransferError):
        ResultReader(tmp_path, 10, 1000)
    with pytest.raises(TransferError):
        ResultReader(tmp_path, 1 << 20, 2)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rows",), 10**9),
        (("rows",), -1),
        (("rows",), True),
        (("name",), 5),
        (("crs",), "x" * 50_000),
        (("geometry_values", "start"), 10**9),
        (("geometry_values", "size"), 1),
        (("geometry_ends", "size"), 16),
        (("columns", 0, "kind"), "object"),
        (("columns", 0, "ends"), None),
        (("columns", 1, "kind"), "text"),
        (("columns",), {}),
        (("notes",), []),
        (("notes",), {"a": -1}),
        (("extra",), 1),
    ],
)
def test_numbers_that_do_not_fit_are_refused(
    tmp_path: Path, path: tuple[str | int, ...], value: object
) -> None:
    write_result(tmp_path)
    document = json.loads((tmp_path / RESULT_INDEX).read_text())
    target = document["layers"][0]
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    (tmp_path / RESULT_INDEX).write_text(json.dumps(document))
    with pytest.raises(TransferError):
        read_everything(tmp_path)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_damage_is_noticed_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    write_result(folder)
    for name in (RESULT_DATA, RESULT_INDEX):
        raw = bytearray((folder / name).read_bytes())
        for _ in range(data.draw(st.integers(0, 3))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        (folder / name).write_bytes(raw)
    with suppress(TransferError):
        read_everything(folder)
