"""Time and peak memory of the steps of a long job."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class StepCost:
    """What one step took: wall clock seconds; highest memory of this process until the step's
    end, in MiB (the kernel keeps only the highest, never a fall); that of the reading process."""

    step: str
    seconds: float
    peak_mib: float
    reader_peak_mib: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.step:<14}{self.seconds:8.1f} s {self.peak_mib:8.0f} MiB"
            f" {self.reader_peak_mib:8.0f} MiB"
        )


@dataclass
class Meter:
    """Collects the costs of steps in the order in which they end.

    ``reader_peak_mib``: set by the step that had a reading process, to that process's peak.
    """

    steps: list[StepCost] = field(default_factory=list)
    reader_peak_mib: float = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure the body; a step that fails leaves no entry."""
        started = time.monotonic()
        self.reader_peak_mib = 0.0
        yield
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        seconds = time.monotonic() - started
        self.steps.append(StepCost(name, seconds, own / 1024, self.reader_peak_mib))
        self.reader_peak_mib = 0.0
