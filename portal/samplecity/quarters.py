"""What stands in each quarter: the mix of uses by zone, as weights of our own choosing."""

from __future__ import annotations

# Block by block: (code of the block's main use, weight).
BLOCK_MIX: dict[str, dict[str, float]] = {
    "old_town": {"070102": 58, "070103": 14, "0901": 15, "0801": 3, "0803": 2, "1503": 1, "1504": 4},
    "cbd": {"0902": 42, "0901": 26, "070102": 22, "0803": 3, "0801": 3, "16": 1},
    "new_town": {"070102": 82, "0901": 8, "0801": 2, "0802": 2, "16": 3},
    "lakeside": {"070101": 24, "070102": 56, "0901": 10, "0904": 2, "0802": 3, "1504": 1},
    "station": {"0901": 28, "0902": 22, "070102": 34, "120802": 5, "120803": 3},
    "suburb": {"070102": 78, "0901": 8, "100101": 4, "0801": 2, "1208": 1, "16": 2},
    "university": {"080401": 56, "0802": 12, "070102": 22, "0901": 5, "0805": 2},
    "west": {"070102": 78, "0901": 8, "0802": 4, "0801": 2, "16": 3},
    "industry": {"100102": 46, "100101": 34, "110101": 6, "070102": 5, "0901": 2, "16": 3, "1208": 1},
    "logistics": {"110101": 58, "100101": 16, "120801": 4, "090102": 7, "110102": 5},
    "high_tech": {"100101": 38, "0802": 24, "070102": 24, "0901": 6, "16": 5},
    "town": {"070102": 58, "0901": 17, "0801": 4, "100101": 10, "070103": 6, "120802": 2},
}  # fmt: skip

LIVED_IN = frozenset(
    {"old_town", "new_town", "lakeside", "suburb", "west", "town", "station", "cbd"}
)
# Uses that want a block of their own, spaced out over the city: code -> (least distance between
# two in metres, least and greatest block area in hectares, zones or all).
SPACED: dict[str, tuple[float, float, float, frozenset[str]]] = {
    "080601": (1900, 3.0, 14, frozenset()),
    "080501": (3600, 6.0, 30, frozenset({"new_town", "suburb", "university", "west"})),
    "080301": (2300, 1.5, 9, frozenset({"old_town", "new_town", "lakeside", "cbd", "west"})),
    "0807": (2100, 1.2, 6, frozenset()),
    "080403": (820, 2.2, 9, LIVED_IN),
    "1401": (690, 1.0, 12, frozenset()),
    "1302": (4200, 2.5, 12, frozenset({"industry", "west", "logistics", "suburb"})),
    "1303": (2400, 1.0, 6, frozenset({"industry", "suburb", "west", "high_tech", "logistics"})),
    "1309": (4800, 2.0, 10, frozenset({"industry", "logistics"})),
}  # fmt: skip

# Main uses that are not cut into small parcels: how many times larger than their quarter's parcels.
COARSE: dict[str, float] = {
    "1401": 9, "080401": 5, "080403": 6, "080601": 7, "080501": 8, "080301": 5, "0802": 2, "16": 4,
    "100102": 1.2, "110101": 1.3, "1302": 8, "1303": 6, "1309": 6, "0807": 4, "1501": 99, "1301": 99,
    "1102": 99, "120801": 6, "1403": 4, "0803": 3, "0801": 1.5, "0902": 1.0, "1504": 2, "1505": 99,
}  # fmt: skip

# Parcel by parcel inside a block: main use -> (other use, probability).
MINOR_USES: dict[str, tuple[tuple[str, float], ...]] = {
    "0701": (
        ("0901", 0.022), ("080404", 0.035), ("0702", 0.03), ("1401", 0.045), ("080602", 0.008),
        ("0801", 0.010), ("120803", 0.006), ("1303", 0.004), ("1310", 0.003), ("0807", 0.006),
        ("080302", 0.006), ("0805", 0.004), ("120802", 0.003), ("090105", 0.004), ("1306", 0.002),
    ),
    "0901": (("0902", 0.14), ("070102", 0.14), ("1403", 0.05), ("090104", 0.07), ("120803", 0.03)),
    "0902": (("0901", 0.2), ("1403", 0.05), ("090104", 0.06), ("1401", 0.03), ("120803", 0.02)),
    "1001": (("1402", 0.03), ("0901", 0.02), ("1303", 0.012), ("120803", 0.012), ("110101", 0.05), ("0802", 0.02)),
    "1101": (("1402", 0.03), ("120803", 0.04), ("0901", 0.03), ("1310", 0.01)),
    "0802": (("100101", 0.12), ("0901", 0.06), ("1401", 0.05)),
    "0804": (("070102", 0.06), ("1401", 0.06), ("0805", 0.07), ("0802", 0.06), ("0901", 0.03)),
}  # fmt: skip

# Parcels on a main street become shops with this probability.
SHOPFRONT = {
    "old_town": 0.24,
    "cbd": 0.35,
    "station": 0.35,
    "town": 0.22,
    "industry": 0.02,
    "logistics": 0.02,
}
SHOPFRONT_ELSEWHERE = 0.12
