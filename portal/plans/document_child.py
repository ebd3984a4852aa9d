"""The process that opens documents: ``python -m portal.plans.document_child FOLDER``.

The job stands on standard input. Documents are opened behind every lock that the system offers;
what was measured or joined is written into the folder. No Django here.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tiles.packages import sandbox


def main(folder: Path) -> int:
    """Lock up, do the task, write the result. Returns the exit status."""
    job = json.loads(sys.stdin.buffer.read())
    locks = sandbox.lock_before_imports(job["memory_bytes"], job["seconds"], job["result_bytes"])
    from portal.plans import pack_pages  # noqa: PLC0415 - after the limits

    document = folder / "document"

    def join() -> dict[str, Any]:
        pack_pages.join(folder, job["titles"])
        return {}

    tasks: dict[str, Callable[[], dict[str, Any]]] = {
        "pages": lambda: {"sizes": pack_pages.page_sizes(document)},
        "picture": lambda: {"sizes": pack_pages.picture_size(document)},
        "join": join,
    }

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    locks += sandbox.lock_after_imports(folder)
    if not sandbox.keep_off_network(locks):
        return _write(folder, {"failure": "no_isolation"})
    try:
        return _write(folder, tasks[job["task"]]())
    except MemoryError:
        return _write(folder, {"failure": "memory"})
    except pack_pages.TooMuch:
        return _write(folder, {"failure": "too_long"})


def _write(folder: Path, result: dict[str, Any]) -> int:
    (folder / "result.json").write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    return 1 if "failure" in result else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
