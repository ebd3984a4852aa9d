"""The process that looks into files: ``python -m portal.staff.uploads.child FOLDER``.

The job stands on standard input. The file is opened behind every lock that the system offers;
what it is, or why it is refused, is written into the folder. No Django here.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

from tiles.packages import sandbox


def main(folder: Path) -> int:
    """Lock up, look, write the result. Returns the exit status."""
    job = json.loads(sys.stdin.buffer.read())
    locks = sandbox.lock_before_imports(job["memory_bytes"], job["seconds"], job["result_bytes"])
    from portal.staff.uploads.errors import BadUpload  # noqa: PLC0415 - after the limits
    from portal.staff.uploads.kinds import kind_of  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    locks += sandbox.lock_after_imports(folder)
    if not sandbox.keep_off_network(locks):
        return _write(folder, {"failure": "no_isolation"})
    try:
        with (folder / "document").open("rb") as file:
            return _write(folder, {"kind": kind_of(file, frozenset(job["kinds"]))})
    except BadUpload as problem:
        return _write(folder, {"refused": [problem.zh[:300], problem.en[:300]]})
    except MemoryError:
        return _write(folder, {"failure": "memory"})


def _write(folder: Path, result: dict[str, Any]) -> int:
    (folder / "result.json").write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    return 1 if "failure" in result else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
