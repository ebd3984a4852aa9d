"""The reading process: ``python -m tiles.packages.parse_child FOLDER`` (job on standard input).

It opens one job's files with GDAL behind every lock that the system offers, and writes plain
arrays into the job's folder. It decides nothing: what it finds, or why it could not go on, it
states as codes and numbers; the parent makes sentences of them.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TextIO

from tiles.packages import sandbox
from tiles.packages.source_failure import CannotRead, write_failure


def main(folder: Path) -> int:
    """Lock up, read, write the result. Returns the exit status."""
    job = json.loads(sys.stdin.buffer.read())
    status = Path("/proc/self/status").open(encoding="ascii")  # noqa: SIM115 - read at the end
    isolation = sandbox.lock_before_imports(
        job["memory_bytes"], job["seconds"], job["result_bytes"]
    )
    from tiles.packages import drivers, source_reading, text_encoding  # noqa: PLC0415

    drivers.keep_only(job["drivers"])
    text_encoding.warm_up()
    isolation += sandbox.lock_after_imports(folder)
    if not sandbox.keep_off_network(isolation):
        return _fail(folder, CannotRead("no_isolation"), -1)
    reading = source_reading.Reading(folder, job, _tell)
    try:
        reading.run()
    except CannotRead as failure:
        return _fail(folder, failure, reading.current)
    except MemoryError:
        return _fail(folder, CannotRead("source_too_large", what="memory"), reading.current)
    reading.writer.finish({"isolation": isolation, "peak_kib": _peak_kib(status)})
    return 0


def _fail(folder: Path, failure: CannotRead, source: int) -> int:
    write_failure(folder, failure, source)
    return 1


def _peak_kib(status: TextIO) -> int:
    """The process's own highest memory. ``getrusage`` would count the parent's before exec."""
    with status:
        found = [line for line in status if line.startswith("VmHWM:")]
    return int(found[0].split()[1]) if found else 0


def _tell(source: int) -> None:
    """One number a line: the source being opened now. The parent needs it after a crash."""
    os.write(1, f"{source}\n".encode("ascii"))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
