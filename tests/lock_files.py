"""``python -m tests.lock_files``: the lock files pin by hash and name no download address."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-semantic.lock")


def main() -> int:
    problems = []
    for name in (*LOCKS, "package-lock.json"):
        text = (ROOT / name).read_text("utf-8")
        if re.search(r'"resolved": *"https?:|--index-url|--find-links', text):
            problems.append(f"{name}: names a download address")
    for name in LOCKS:
        text = (ROOT / name).read_text("utf-8")
        for line in re.findall(r"^[a-z0-9].*$", text, re.MULTILINE):
            if not line.endswith("\\"):
                problems.append(f"{name}: no hash for {line}")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
