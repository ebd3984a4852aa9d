"""The leak audit's rules on attributes in tiles: nothing but what the published table says."""

from __future__ import annotations

import numpy as np

from tiles.desensitise.audit_mvt_values import Vocabulary
from tiles.desensitise.audit_published import MISSING, Integers, Published
from tiles.desensitise.audit_tiles import Flags, Tally, TileBatch

_UNSEEN, _FOREIGN = -3, -2

_SENTENCES = {
    "tile_attribute": (
        "瓦片内有方案未准出的属性（所列为瓦片号）",
        "attributes in tiles outside the allow-list (numbers of tiles)",
    ),
    "tile_value": (
        "瓦片内有公布表中没有的属性值（所列为瓦片号）",
        "values in tiles that the published table does not hold (numbers of tiles)",
    ),
    "tile_properties": (
        "瓦片内要素的属性与其在公布表中的不同（所列为要素行号）",
        "features in tiles whose attributes are not those of their row (row numbers)",
    ),
    "tile_merged": (
        "合并的要素带有其类别并不共有的属性（所列为瓦片号）",
        "merged features that say more than their class has in common (numbers of tiles)",
    ),
}


class AttributeRules:
    """Compares every tag of every feature with the published table."""

    def __init__(self, published: Published, vocabulary: Vocabulary) -> None:
        self.tally = Tally(_SENTENCES)
        self._vocabulary = vocabulary
        self._names = list(published.values)
        self._columns = [published.values[name] for name in self._names]
        rows = len(published)
        style = published.profile.style
        self._class, self._label = (
            self._names.index(name) if name in self._names else -1
            for name in (style.class_field, style.label_field)
        )
        self._codes = np.stack([c.codes for c in self._columns] or [np.empty(rows, np.int64)])
        self._codes = self._codes[: len(self._names)]
        self._known = [np.empty(0, dtype=np.int64) for _ in self._names]
        self._shared = self._shared_labels()

    def look(self, batch: TileBatch) -> None:
        """Examine one batch."""
        content, tally = batch.content, self.tally
        tag_tile = batch.feature_tile[content.tag_feature]
        attribute = self._attributes()[content.tag_key]
        tally.looked("tile_attribute", len(attribute))
        tally.found("tile_attribute", batch.tile_ids[tag_tile[attribute < 0]])
        code = self._coded(attribute, content.tag_value)
        tally.looked("tile_value", len(code))
        tally.found("tile_value", batch.tile_ids[tag_tile[(code == _FOREIGN) & (attribute >= 0)]])
        # A table, features by attributes: what stands in the tile; twice the same is foreign.
        stated = np.full((len(content.ids), len(self._names)), MISSING, dtype=np.int64)
        known = attribute >= 0
        place = content.tag_feature[known] * len(self._names) + attribute[known]
        stated.ravel()[place] = code[known]
        again = np.bincount(place, minlength=stated.size).reshape(stated.shape) > 1
        stated[again] = _FOREIGN
        rows = content.ids - 1
        named = (rows >= 0) & (rows < self._codes.shape[1])
        self._own(batch, stated, np.flatnonzero(named))
        self._merged(batch, stated, np.flatnonzero(~named))

    def _attributes(self) -> Integers:
        """The attribute that each key of the vocabulary names, -1 for none that is allowed."""
        numbers = {name: number for number, name in enumerate(self._names)}
        return np.array([numbers.get(name, -1) for name in self._vocabulary.names], dtype=np.int64)

    def _coded(self, attribute: Integers, value: Integers) -> Integers:
        """The code of each value in the column of its attribute, -2 where it has none there."""
        codes = np.full(len(value), _FOREIGN, dtype=np.int64)
        for number, column in enumerate(self._columns):
            known = self._known[number]
            fresh = len(self._vocabulary.values) - len(known)
            known = self._known[number] = np.concatenate([known, np.full(fresh, _UNSEEN)])
            chosen = np.flatnonzero(attribute == number)
            values = value[chosen]
            unseen = np.unique(values[known[values] == _UNSEEN])
            known[unseen] = [
                column.numbers.get(self._vocabulary.values[one], _FOREIGN)
                for one in unseen.tolist()
            ]
            codes[chosen] = known[values]
        return codes

    def _own(self, batch: TileBatch, stated: Integers, features: Integers) -> None:
        """With an id: exactly the row's values; label points only class and label."""
        content = batch.content
        self.tally.looked("tile_properties", len(features))
        rows = content.ids[features] - 1
        expected = self._codes[:, rows].T.copy()
        label = batch.is_label[features]
        shown = np.isin(np.arange(len(self._names)), (self._class, self._label))
        expected[label[:, None] & ~shown] = MISSING
        wrong = (stated[features] != expected).any(axis=1)
        self.tally.found("tile_properties", rows[wrong])

    def _merged(self, batch: TileBatch, stated: Integers, features: Integers) -> None:
        """Without one: a class, and a label only where all features of that class have it."""
        self.tally.looked("tile_merged", len(features))
        said = stated[features]
        kinds = said[:, self._class] if self._class >= 0 else np.full(len(said), MISSING)
        wrong = np.zeros(len(said), dtype=bool)
        for number in range(len(self._names)):
            if number == self._class:
                wrong |= said[:, number] == _FOREIGN
            elif number == self._label:
                shared = self._shared[np.maximum(kinds, MISSING) + 1]
                wrong |= (said[:, number] != MISSING) & (said[:, number] != shared)
            else:
                wrong |= said[:, number] != MISSING
        self.tally.found("tile_merged", batch.tile_ids[batch.feature_tile[features[wrong]]])

    def _shared_labels(self) -> Integers:
        """For no class and for each class the label that all of its rows have, else none."""
        if self._label < 0:
            return np.full(1, MISSING, dtype=np.int64)
        rows = self._codes.shape[1]
        kinds = self._codes[self._class] + 1 if self._class >= 0 else np.zeros(rows, dtype=np.int64)
        labels = self._codes[self._label]
        size = int(kinds.max(initial=0)) + 1
        least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, MISSING)
        np.minimum.at(least, kinds, labels)
        np.maximum.at(most, kinds, labels)
        shared: Flags = least == most
        return np.where(shared, most, MISSING)
