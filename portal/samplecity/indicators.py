"""Control indicators (控制指标) by land use and quarter."""

from __future__ import annotations

import numpy as np

from portal.samplecity.curves import Floats, Geometries

# code prefix: floor area ratio, building density %, green ratio %, height m, as (low, high)
RANGES: dict[str, tuple[tuple[float, float], ...]] = {
    "070101": ((0.6, 1.2), (18, 26), (38, 48), (12, 18)),
    "070102": ((1.6, 3.0), (16, 28), (30, 40), (36, 80)),
    "070103": ((1.2, 2.0), (30, 42), (15, 25), (18, 27)),
    "0702": ((0.8, 1.5), (25, 40), (20, 30), (12, 24)),
    "0703": ((0.6, 1.2), (30, 45), (10, 20), (9, 12)),
    "0704": ((0.5, 1.0), (25, 40), (15, 25), (9, 15)),
    "0801": ((1.0, 2.2), (20, 35), (30, 40), (24, 60)),
    "0802": ((1.2, 2.5), (25, 40), (25, 35), (24, 60)),
    "0803": ((0.8, 1.8), (25, 40), (25, 35), (18, 36)),
    "0804": ((0.6, 1.2), (18, 30), (30, 40), (15, 24)),
    "0805": ((0.3, 0.9), (15, 35), (25, 40), (15, 36)),
    "0806": ((1.2, 2.4), (22, 35), (30, 40), (36, 70)),
    "0807": ((0.8, 1.6), (20, 30), (35, 45), (18, 30)),
    "0901": ((1.8, 4.0), (35, 55), (15, 25), (24, 60)),
    "0902": ((3.0, 8.0), (35, 50), (15, 25), (60, 180)),
    "09": ((1.5, 3.5), (30, 50), (15, 25), (24, 60)),
    "10": ((1.0, 2.2), (40, 60), (10, 20), (18, 36)),
    "11": ((0.8, 1.6), (45, 65), (8, 15), (15, 30)),
    "1208": ((0.4, 1.2), (25, 45), (15, 25), (12, 30)),
    "13": ((0.4, 1.0), (25, 40), (25, 35), (12, 24)),
    "1503": ((0.4, 0.8), (25, 35), (25, 35), (12, 18)),
}  # fmt: skip
TALLER = {"cbd": 1.35, "station": 1.15, "old_town": 0.7, "town": 0.7, "lakeside": 0.85}


def control_indicators(
    code: Geometries, zone: Geometries, rng: np.random.Generator
) -> dict[str, Floats]:
    """RJL (ratio), JZMD and LDL (per cent), JZXG (metres), each (n,); NaN where none is set."""
    table = np.full((len(code), 4), np.nan)
    lot = rng.random((len(code), 4))
    for row, value in enumerate(code):
        ranges = next((RANGES[value[:n]] for n in (6, 4, 2) if value[:n] in RANGES), None)
        if ranges is None:
            continue
        low, high = np.array(ranges).T
        table[row] = low + (high - low) * lot[row]
        scale = TALLER.get(zone[row], 1.0)
        table[row, 0] *= scale
        table[row, 3] *= scale
    return {
        "RJL": np.round(table[:, 0], 1),
        "JZMD": np.round(table[:, 1]),
        "LDL": np.round(table[:, 2]),
        "JZXG": np.round(table[:, 3] / 3) * 3,
    }
