"""Makes the sample city's internal node: raw layers, restricted zones and profiles."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from portal.samplecity import base_layers, control_layers, plan_layers
from portal.samplecity.amendments import FOLDER, amended_land_use, write_amended_profile
from portal.samplecity.city import City, Progress, build_city
from portal.samplecity.footprints import Footprint, city_bbox, footprints, write_places
from portal.samplecity.raw_files import digest, write_layer
from portal.samplecity.raw_layer import RawLayer

PROFILES = Path(__file__).parent / "profiles"
LEAST_PLOTS, MOST_PLOTS = 300, 400_000


@dataclass(frozen=True)
class CityReport:
    """What ``generate`` made.

    ``files``: layer code -> raw file. ``counts``: layer code -> features. ``digests``: layer code
    -> hash of its content. ``bbox``: west, south, east, north in degrees (CGCS2000).
    ``restricted``: file of the restricted zones; ``profiles``: layer code -> profile; ``folder``
    holds them all. ``footprints``: places by the keys that notices use. ``amended``: layer code ->
    raw file of its second release.
    """

    folder: Path
    files: dict[str, Path]
    counts: dict[str, int]
    digests: dict[str, str]
    restricted: Path
    profiles: dict[str, Path]
    bbox: tuple[float, float, float, float]
    seconds: float
    footprints: dict[str, Footprint] = field(default_factory=dict)
    amended: dict[str, Path] = field(default_factory=dict)


def _silent(step: str, done: int, total: int) -> None:
    """The progress that nobody watches."""


LAND_USE_DICE = 1


def _layers(city: City, seed: int) -> list[Callable[[], RawLayer]]:
    """How each layer is made, every one with dice of its own, so that none disturbs another."""

    def dice(number: int) -> np.random.Generator:
        return np.random.default_rng([seed, number])

    red = plan_layers.redline_parcels(city)
    fields = plan_layers.basic_farmland_parcels(city, dice(0))
    return [
        lambda: plan_layers.land_use(city, dice(LAND_USE_DICE)),
        lambda: plan_layers.zoning(city, red, fields),
        lambda: plan_layers.supply(city, dice(2)),
        lambda: control_layers.farmland(city, fields, dice(3)),
        lambda: control_layers.ecology(city, red, dice(4)),
        lambda: control_layers.boundary(city, red | fields, dice(5)),
        lambda: control_layers.four_lines(city),
        lambda: base_layers.districts(city),
        lambda: base_layers.roads(city, dice(6)),
        lambda: base_layers.rail(city),
        base_layers.metro,
        base_layers.stations,
        lambda: base_layers.facilities(city, dice(7)),
        lambda: control_layers.restricted(city),
    ]


def generate(
    out: Path, *, plots: int = 20_000, seed: int = 2035, progress: Progress = _silent
) -> CityReport:
    """Write the sample city into ``out``: ``raw/``, ``amended/``, ``profiles/``, ``restricted.gpkg`` ...

    ``plots``: number of parcels in 规划用地用海. Equal arguments give equal content. What an
    earlier run left there is replaced. Raises ValueError for a number of plots
    that the drawing cannot carry.
    """
    if not LEAST_PLOTS <= plots <= MOST_PLOTS:
        raise ValueError(f"plots must be from {LEAST_PLOTS} to {MOST_PLOTS}, not {plots}")
    started = time.perf_counter()
    city = build_city(plots, seed, progress)
    raw = out / "raw"
    shutil.rmtree(raw, ignore_errors=True)
    raw.mkdir(parents=True)
    (out / "restricted.gpkg").unlink(missing_ok=True)
    files, counts, digests = {}, {}, {}
    makers = _layers(city, seed)
    for number, make in enumerate(makers):
        progress("写出图层", number, len(makers))
        layer = make()
        files[layer.code] = write_layer(layer, out if layer.code == "restricted" else raw)
        counts[layer.code], digests[layer.code] = len(layer), digest(layer)
    progress("写出图层", len(makers), len(makers))
    places = footprints(city)
    write_places(out, places)
    profiles = _copy_profiles(out / "profiles")
    return CityReport(
        folder=out,
        files=files,
        counts=counts,
        digests=digests,
        restricted=files.pop("restricted"),
        profiles=profiles,
        bbox=city_bbox(city),
        seconds=time.perf_counter() - started,
        footprints=places,
        amended=_amend(city, seed, out / FOLDER, profiles),
    )


def _amend(city: City, seed: int, folder: Path, profiles: dict[str, Path]) -> dict[str, Path]:
    """What the second release of a layer is made from: raw file and profile."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    layer = amended_land_use(city, np.random.default_rng([seed, LAND_USE_DICE]))
    write_amended_profile(profiles[layer.code], folder)
    return {layer.code: write_layer(layer, folder)}


def _copy_profiles(folder: Path) -> dict[str, Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copies = {}
    for profile in sorted(PROFILES.glob("*.toml")):
        copies[profile.stem] = Path(shutil.copyfile(profile, folder / profile.name))
    return copies
