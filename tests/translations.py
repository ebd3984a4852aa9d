"""``python -m tests.translations``: every text of the site stands in the English catalogue.

Texts are collected anew in a copy of the checkout and held against the kept catalogue, so a text
that was added without its translation fails here, not in front of a visitor, and so does a
translation that no text needs any more.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("portal/locale/en/LC_MESSAGES/django.po")
LEFT_OUT = (".venv", "node_modules", "var", ".git", "__pycache__", ".*cache", "vendor")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        collect = ["makemessages", "-l", "en", "--no-location", "--no-obsolete", "-v", "0"]
        subprocess.run([sys.executable, "manage.py", *collect], cwd=copy, check=True)
        compare = ["msgcmp", str(ROOT / CATALOGUE), str(copy / CATALOGUE)]
        compared = subprocess.run(compare, capture_output=True, text=True, check=False)
    print(compared.stderr or "every text has its English translation, and none is left over")
    return 1 if compared.stderr else compared.returncode


if __name__ == "__main__":
    sys.exit(main())
