"""``python -m tests.translations``: every text of the site stands in the English catalogue.

Texts are collected anew into a temporary catalogue and compared, so a text that was added
without its translation fails here, not in front of a visitor.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("portal/locale/en/LC_MESSAGES/django.po")
ENTRY = re.compile(
    r'^msgid ((?:".*"\n)+)(?:msgid_plural (?:".*"\n)+)?((?:msgstr.*\n(?:".*"\n)*)+)', re.MULTILINE
)


def entries(text: str) -> dict[str, bool]:
    """msgid -> whether it has a translation; fuzzy entries have none."""
    found = {}
    for block in text.split("\n\n"):
        match = ENTRY.search(block + "\n")
        if match is None or "#~" in block:
            continue
        msgid = "".join(re.findall(r'"(.*)"', match.group(1)))
        translated = all(
            re.findall(r'"(.*)"', part) != [""]
            for part in re.split(r"(?=msgstr)", match.group(2))
            if part.strip()
        )
        if msgid:
            found[msgid] = translated and ", fuzzy" not in block
    return found


def main() -> int:
    kept = entries((ROOT / CATALOGUE).read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(
            ROOT,
            copy,
            ignore=shutil.ignore_patterns(
                ".venv", "node_modules", "var", ".git", "*cache*", "vendor"
            ),
        )
        subprocess.run(
            [
                sys.executable,
                "manage.py",
                "makemessages",
                "-l",
                "en",
                "--no-location",
                "--no-obsolete",
                "-v",
                "0",
            ],
            cwd=copy,
            check=True,
        )
        wanted = entries((copy / CATALOGUE).read_text("utf-8"))
    missing = [msgid for msgid in wanted if not kept.get(msgid)]
    for msgid in missing:
        print(f"no English translation: {msgid}")
    print(f"{len(wanted)} texts, {len(missing)} without translation")
    return 1 if missing or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
