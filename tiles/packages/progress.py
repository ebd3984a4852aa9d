"""How long steps tell how far they are: a plain callable, and a bar for the terminal."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import TextIO

Progress = Callable[[str, int, int], None]

_TITLES = {
    "read": "读取 read",
    "assemble": "汇总 assemble",
    "quality": "质检 quality control",
    "desensitise": "脱敏 desensitise",
    "audit": "审计 audit",
    "pack": "打包 pack",
    "verify": "核验 verify",
}
_REDRAW_SECONDS = 0.1


def silent(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def under(step: str, progress: Progress) -> Progress:
    """Tells the stages of a part under the part's own name."""

    def tell(_stage: str, done: int, total: int) -> None:
        progress(step, done, total)

    return tell


class ProgressBar:
    """One line on a terminal that shows the step, its share and its time; nothing elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty()
        self._step = ""
        self._started = 0.0
        self._drawn = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        if not self._shown:
            return
        now = time.monotonic()
        if step != self._step:
            self._finish_line()
            self._step, self._started, self._drawn = step, now, 0.0
        if done < total and now - self._drawn < _REDRAW_SECONDS:
            return
        self._drawn = now
        self._stream.write("\r\x1b[2K" + self._line(done, total, now - self._started))
        self._stream.flush()

    def close(self) -> None:
        """End the line, so that what follows starts on a new one."""
        if self._shown:
            self._finish_line()
            self._step = ""

    def _finish_line(self) -> None:
        if self._step:
            self._stream.write("\n")
            self._stream.flush()

    def _line(self, done: int, total: int, seconds: float) -> str:
        share = min(1.0, done / total) if total else 0.0
        width = max(10, min(40, shutil.get_terminal_size().columns - 50))
        filled = round(share * width)
        bar = "█" * filled + "░" * (width - filled)
        return f"{_TITLES.get(self._step, self._step)} {bar} {share:4.0%} {seconds:5.1f} s"
