"""Geometry commands of vector tiles for the leak audit: the vertices of many features at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tiles.desensitise.audit_varints import Integers, Octets, Unreadable, unpack

POINT, LINE, POLYGON = 1, 2, 3
_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 7
_ROUNDS = 8


def read_vertices(
    octets: Octets, spans: Integers, kinds: Integers
) -> tuple[Integers, npt.NDArray[np.int64]]:
    """The vertices of all features: what is no command is a step from the vertex before."""
    numbers, owner = unpack(octets, spans)
    length = np.bincount(owner, minlength=len(spans))
    if (length == 0).any() or not np.isin(kinds, (POINT, LINE, POLYGON)).all():
        raise Unreadable("a feature without geometry or of an unknown kind")
    steps = np.ones(len(numbers), dtype=bool)
    steps[_commands(numbers, np.cumsum(length) - length, np.cumsum(length), kinds)] = False
    moves, feature = numbers[steps].reshape(-1, 2), owner[steps][::2]
    path = np.cumsum((moves >> 1) ^ -(moves & 1), axis=0)
    first = np.flatnonzero(np.diff(feature, prepend=-1))
    before = np.zeros((len(spans), 2), dtype=np.int64)
    before[feature[first[1:]]] = path[first[1:] - 1]
    return feature, path - before[feature]


def _commands(numbers: Integers, at: Integers, stop: Integers, kinds: Integers) -> Integers:
    """Where the commands stand; checked against what the kind of geometry allows.

    A ring that encloses nothing is let pass: it is a flaw of the drawing and no leak. The first
    few commands of all features are read at once, the rest of long ones one by one.
    """
    places: list[Integers] = []
    before = np.zeros(len(at), dtype=np.int64)
    at = at.copy()
    for _ in range(_ROUNDS):
        rows = np.flatnonzero(at < stop)
        if not len(rows):
            return np.concatenate(places) if places else np.empty(0, np.int64)
        command, count = numbers[at[rows]] & 7, numbers[at[rows]] >> 3
        if not _allowed(kinds[rows], before[rows], command, count).all():
            raise Unreadable("a command that the kind of geometry does not allow")
        places.append(at[rows])
        before[rows] = command
        at[rows] += 1 + np.where(command == _CLOSE, 0, 2 * count)
        if (at > stop).any():
            raise Unreadable("a command is longer than its geometry")
    for row in np.flatnonzero(at < stop).tolist():
        tail = numbers[at[row] : stop[row]].tolist()
        places.append(at[row] + _long_tail(tail, int(kinds[row]), int(before[row])))
    return np.concatenate(places)


def _allowed(
    kind: Integers, before: Integers, command: Integers, count: Integers
) -> npt.NDArray[np.bool_]:
    point = (kind == POINT) & (before == 0) & (command == _MOVE_TO) & (count >= 1)
    start = (command == _MOVE_TO) & (count == 1) & (before != _MOVE_TO)
    start &= np.where(kind == POLYGON, np.isin(before, (0, _CLOSE)), np.isin(before, (0, _LINE_TO)))
    line = (command == _LINE_TO) & (before == _MOVE_TO) & (count >= 1)
    close = (command == _CLOSE) & (before == _LINE_TO) & (count == 1) & (kind == POLYGON)
    return np.asarray(point | ((kind != POINT) & (start | line | close)))


def _long_tail(tail: list[int], kind: int, before: int) -> Integers:
    """The places of the commands in what is left of a feature of many parts."""
    follows = {_MOVE_TO: _LINE_TO, _LINE_TO: _CLOSE, _CLOSE: _MOVE_TO}
    if kind != POLYGON:
        follows[_LINE_TO] = _MOVE_TO
    places, place = [], 0
    while place < len(tail):
        command, count = tail[place] & 7, tail[place] >> 3
        if command != follows[before] or count < 1 or (command != _LINE_TO and count != 1):
            raise Unreadable("a command that the kind of geometry does not allow")
        places.append(place)
        place += 1 + (0 if command == _CLOSE else 2 * count)
        before = command
    if place != len(tail):
        raise Unreadable("a command is longer than its geometry")
    return np.array(places, dtype=np.int64)
