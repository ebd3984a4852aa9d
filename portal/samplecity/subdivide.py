"""Cuts areas into parcels until exactly the wanted number is reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from portal.samplecity.curves import Flags, Floats, Geometries, thickness

Rows = np.ndarray[tuple[int], np.dtype[np.intp]]

# A parcel narrower than about 22 m would not outlive the published 10 m grid.
MIN_THICKNESS = 5.5
MIN_AREA = 500.0
MAX_PIECES = 6
CUT_STEPS = 7
MAX_FAILURES = 4


@dataclass(frozen=True)
class Parcels:
    """Pieces of ground: geometry (n,) and the row of the area that each was cut from (n,)."""

    geometry: Geometries
    origin: Rows


def _cutters(polygons: Geometries, waviness: Floats, rng: np.random.Generator) -> Geometries:
    """For each polygon an area that covers one of its halves, cut across the long side.

    The cut is straight where ``waviness`` (a share of the cut's length) is 0, else it winds.
    """
    corners = shapely.get_coordinates(shapely.oriented_envelope(polygons)).reshape(-1, 5, 2)
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]
    swap = np.hypot(*first.T) < np.hypot(*second.T)
    start = np.where(swap[:, None], corners[:, 1], corners[:, 0])
    length = np.where(swap[:, None], second, first)
    width = np.where(swap[:, None], corners[:, 0] - corners[:, 1], corners[:, 3] - corners[:, 0])
    ratio = np.hypot(*length.T) / np.maximum(np.hypot(*width.T), 1e-9)
    # a long strip is cut into pieces about as long as wide, a compact one near its middle
    pieces = np.maximum(2, np.round(ratio))
    share = np.floor(pieces / 2) / pieces + rng.uniform(-0.12, 0.12, len(polygons)) / pieces * 2
    steps = np.linspace(-0.05, 1.05, CUT_STEPS)
    winding = rng.normal(0, 1, (len(polygons), CUT_STEPS)) * waviness[:, None]
    winding /= np.maximum(ratio, 1)[:, None]
    # within the envelope, else the cutter would cross itself
    places = np.clip(share[:, None] + winding, 0.08, 0.92)
    along = places[..., None] * length[:, None, :]
    cut = start[:, None] + along + steps[None, :, None] * width[:, None, :]
    far = (
        start[:, None]
        + 1.05 * length[:, None]
        + np.array([1.05, -0.05])[None, :, None] * width[:, None]
    )
    return np.asarray(shapely.polygons(np.concatenate([cut, far], axis=1)))


def _halves(polygons: Geometries, cutters: Geometries) -> tuple[Geometries, Rows]:
    """Both sides of each cut as single polygons, with the row of the polygon they came from."""
    sides = np.concatenate(
        [shapely.intersection(polygons, cutters), shapely.difference(polygons, cutters)]
    )
    parts, row = shapely.get_parts(sides, return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    return parts[areal], (row % len(polygons))[areal]


def _cut(
    polygons: Geometries, waviness: Floats, rng: np.random.Generator
) -> tuple[Geometries, Rows, Flags]:
    """Cut each polygon once: parts, the polygon's row of each, and which cuts were no good (n,).

    The parts of a spoilt cut are left out.
    """
    parts, row = _halves(polygons, _cutters(polygons, waviness, rng))
    thin = (thickness(parts) < MIN_THICKNESS) | (shapely.area(parts) < MIN_AREA)
    pieces = np.bincount(row, minlength=len(polygons))
    spoilt = (pieces < 2) | (pieces > MAX_PIECES)
    spoilt[row[thin]] = True
    kept = ~spoilt[row]
    return parts[kept], row[kept], spoilt


def subdivide(
    polygons: Geometries,
    target: Floats,
    waviness: Floats,
    *,
    count: int,
    rng: np.random.Generator,
) -> Parcels:
    """Cut ``polygons`` until there are ``count`` of them (or nothing more can be cut).

    The piece that is largest against its ``target`` area (m2, infinite = leave whole) is cut
    first. Cuts that would leave a piece thinner than the published grid can show are not made.
    """
    geometry, origin = polygons, np.arange(len(polygons), dtype=np.intp)
    taste = np.exp(rng.normal(0, 0.28, len(polygons)))
    need = shapely.area(polygons) / (target * taste)
    failures = np.zeros(len(polygons), dtype=np.intp)
    while len(geometry) < count and need.max(initial=0) > 0:
        order = np.argsort(-need, kind="stable")
        wanted = max(1, min(count - len(geometry), int((need >= 0.55 * need.max()).sum())))
        chosen = order[:wanted][need[order[:wanted]] > 0]
        parts, row, spoilt = _cut(geometry[chosen], waviness[origin[chosen]], rng)
        failures[chosen[spoilt]] += 1
        need[chosen[spoilt]] *= np.where(failures[chosen[spoilt]] < MAX_FAILURES, 0.7, 0)
        parents = chosen[row]
        whole = np.ones(len(geometry), dtype=bool)
        whole[chosen[~spoilt]] = False
        fresh = np.exp(rng.normal(0, 0.28, len(parts)))
        fresh_need = shapely.area(parts) / (target[origin[parents]] * fresh)
        need = np.concatenate([need[whole], fresh_need])
        failures = np.concatenate([failures[whole], np.zeros(len(parts), dtype=np.intp)])
        geometry = np.concatenate([geometry[whole], parts])
        origin = np.concatenate([origin[whole], origin[parents]])
    return Parcels(geometry, origin)


def as_coverage(parcels: Parcels, *, gap_width: float = 60.0) -> Parcels:
    """The parcels as a valid coverage: equal shared borders, no overlap, slivers filled.

    A piece that vanishes between its neighbours is left out.
    """
    # new in shapely 2.2, unknown to its type stubs
    clean = shapely.coverage_clean(parcels.geometry, gap_width=gap_width)  # type: ignore[attr-defined]
    kept = ~shapely.is_empty(clean)
    return Parcels(clean[kept], parcels.origin[kept])
