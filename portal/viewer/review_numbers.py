"""Review numbers of a map of many layers, written so that they fit its lower left corner (审图号)."""

from __future__ import annotations

import re
from collections.abc import Iterable

PARTS = re.compile(r"^(.*?)(\d+)(\D*)$")


def review_line(numbers: Iterable[str]) -> str:
    """All numbers, those that differ only in their last digits put together.

    ``示审图〔2026〕001号``, ``002号``, ``003号``, ``007号`` become ``示审图〔2026〕001—003、007号``.
    """
    series: dict[tuple[str, str, int], list[int]] = {}
    others: list[str] = []
    for number in sorted(set(filter(None, numbers))):
        found = PARTS.match(number)
        if found:
            before, digits, after = found.groups()
            series.setdefault((before, after, len(digits)), []).append(int(digits))
        else:
            others.append(number)
    lines = [
        f"{before}{'、'.join(_runs(sorted(values), width))}{after}"
        for (before, after, width), values in series.items()
    ]
    return "；".join(lines + others)


def _runs(values: list[int], width: int) -> list[str]:
    """Numbers that follow each other as ``first—last``; ``width``: digits to fill with zeros."""
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return [
        f"{run[0]:0{width}}" if len(run) == 1 else f"{run[0]:0{width}}—{run[-1]:0{width}}"
        for run in runs
    ]
