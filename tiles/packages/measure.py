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
    """What one step took: wall clock seconds; highest memory of this process and of its
    children until the step's end, in MiB (the kernel keeps only the highest, never a fall)."""

    step: str
    seconds: float
    peak_mib: float
    children_peak_mib: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.step:<14}{self.seconds:8.1f} s {self.peak_mib:8.0f} MiB"
            f" {self.children_peak_mib:8.0f} MiB"
        )


@dataclass
class Meter:
    """Collects the costs of steps in the order in which they end."""

    steps: list[StepCost] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure the body; a step that fails leaves no entry."""
        started = time.monotonic()
        yield
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        cost = StepCost(name, time.monotonic() - started, own / 1024, children / 1024)
        self.steps.append(cost)
