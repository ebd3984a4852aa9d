"""The reading process: ``python -m portal.policies.reading.document_child FOLDER``.

The job stands on standard input. It opens one document behind every lock that the system offers
and writes its lines, or the code of what is wrong with it, into the folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tiles.packages import sandbox


def main(folder: Path) -> int:
    """Lock up, read, write the result. Returns the exit status."""
    job = json.loads(sys.stdin.buffer.read())
    locks = sandbox.lock_before_imports(job["memory_bytes"], job["seconds"], job["result_bytes"])
    from portal.policies.reading import docx_text, pdf_text  # noqa: PLC0415 - after the limits
    from portal.policies.reading.document_failure import CannotRead  # noqa: PLC0415

    readers = {"docx": docx_text.read_docx, "pdf": pdf_text.read_pdf}
    read = readers[job["kind"]]
    pdf_text.warm_up()
    data = (folder / "document").read_bytes()
    locks += sandbox.lock_after_imports(folder)
    if not sandbox.keep_off_network(locks):
        return _write(folder, {"failure": "no_isolation"})
    try:
        lines = read(data)
    except CannotRead as problem:
        return _write(folder, {"failure": problem.code})
    except MemoryError:
        return _write(folder, {"failure": "memory"})
    except RecursionError:
        return _write(folder, {"failure": f"broken_{job['kind']}"})
    return _write(folder, {"lines": lines})


def _write(folder: Path, result: dict[str, Any]) -> int:
    (folder / "result.json").write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    return 0 if "lines" in result else 1


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
