"""The leak audit's frame for tiles: a batch with its content, and findings about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tiles.desensitise.audit_mvt import DecodedTiles
from tiles.desensitise.audit_tile_matrix import EXTENT
from tiles.desensitise.findings import Finding

Integers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Checked: TypeAlias = dict[str, int]

_EXAMPLES = 10


@dataclass(frozen=True)
class TileBatch:
    """Decoded tiles of one zoom: ``tile_ids`` and ``tiles`` (n, 2) of column and row.

    ``code``: the name of the layer of features; that of label points is ``code + "_label"``.
    """

    zoom: int
    code: str
    tile_ids: Integers
    tiles: Integers
    content: DecodedTiles

    @cached_property
    def is_label(self) -> Flags:
        """Features that stand in the layer of label points."""
        name = f"{self.code}_label"
        labels = np.array([layer == name for layer in self.content.layer_names], dtype=bool)
        return labels[self.content.layer]

    @cached_property
    def feature_tile(self) -> Integers:
        """The number of the tile (in the batch) of each feature."""
        return self.content.layer_tile[self.content.layer]

    @cached_property
    def units(self) -> Integers:
        """Every vertex in units of the whole matrix, shape (n, 2)."""
        tile = self.tiles[self.feature_tile[self.content.vertex_feature]]
        return tile * EXTENT + self.content.xy


class Tally:
    """Findings gathered batch by batch: counts add up, the first examples are kept.

    ``sentences``: rule -> (Chinese, English); what the examples are stands in the sentence.
    """

    def __init__(self, sentences: Mapping[str, tuple[str, str]]) -> None:
        self._sentences = sentences
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[int]] = {}
        self.checked: Checked = {}

    def looked(self, rule: str, count: int) -> None:
        """So many things were examined for ``rule``."""
        self.checked[rule] = self.checked.get(rule, 0) + count

    def found(self, rule: str, examples: Integers, count: int | None = None) -> None:
        """``examples``: one number for each thing that is wrong, unless ``count`` says more."""
        number = len(examples) if count is None else count
        if not number:
            return
        self._counts[rule] = self._counts.get(rule, 0) + number
        known = self._examples.setdefault(rule, [])
        if len(known) < _EXAMPLES:
            fresh = [one for one in np.unique(examples).tolist() if one not in known]
            known.extend(fresh[: _EXAMPLES - len(known)])

    def findings(self) -> list[Finding]:
        """One finding a rule, in the order in which the rules were first broken."""
        return [
            Finding(rule, "refuse", *self._sentences[rule], count, tuple(self._examples[rule]))
            for rule, count in self._counts.items()
        ]
