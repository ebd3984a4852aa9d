"""``python -m tests.check``: every static check, each named, all of them run before the verdict."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
CHECKS = {
    "lint": [BIN / "ruff", "check", "--output-format", "concise", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "types": [BIN / "mypy"],
    "templates": [BIN / "djlint", "--lint", "--quiet", "templates"],
    "import contracts": [BIN / "lint-imports", "--no-cache"],
    "system checks": [BIN / "python", "manage.py", "check", "--fail-level", "WARNING"],
    "migrations": [BIN / "python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": [BIN / "python", "-m", "tests.translations"],
    "lock files": [BIN / "python", "-m", "tests.lock_files"],
}


def main() -> int:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    failed = []
    for name, command in CHECKS.items():
        print(f"--- {name}", flush=True)
        if subprocess.run([str(part) for part in command], env=environment, check=False).returncode:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
