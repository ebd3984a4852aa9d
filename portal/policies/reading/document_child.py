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
    sandbox.die_with_parent()
    sandbox.set_resource_limits(job["memory_bytes"], job["seconds"], job["result_bytes"])
    isolated = sandbox.leave_network()
    from portal.policies.reading import docx_text, pdf_text  # noqa: PLC0415 - after the limits
    from portal.policies.reading.document_failure import CannotRead  # noqa: PLC0415

    readers = {"docx": docx_text.read_docx, "pdf": pdf_text.read_pdf}
    read = readers[job["kind"]]
    pdf_text.warm_up()
    data = (folder / "document").read_bytes()
    isolated = _lock(folder) or isolated
    if not isolated:
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


def _lock(folder: Path) -> bool:
    """No file but those of the job and of the program; no sockets. Whether calls are filtered."""
    libraries = {Path(sys.prefix), Path(sys.base_prefix)} | {
        Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))
    }
    sandbox.give_up_privileges()
    sandbox.restrict_files([path for path in libraries if path.is_dir()], [folder])
    return sandbox.filter_calls()


def _write(folder: Path, result: dict[str, Any]) -> int:
    (folder / "result.json").write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    return 0 if "lines" in result else 1


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
