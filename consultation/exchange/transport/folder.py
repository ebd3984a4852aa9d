"""The drop folder of a vendor's gap device (网闸, 光闸): whole objects as files, manifest last.

Names are flat ASCII. The device may reorder, cut off, double or rename nothing that matters: each
object proves itself by its name, which is its hash, and the manifest lists all of them.
"""

from __future__ import annotations

from pathlib import Path

from consultation.exchange.durable import write_file
from consultation.exchange.outbox.slots import Slot
from consultation.exchange.protocol.frame import object_id

MANIFEST_SUFFIX = ".cxm"


def drop_slot(slot: Slot, folder: Path) -> int:
    """Copy a slot into the drop folder; files that are there are not written again."""
    written = 0
    for path in slot.objects():
        written += _drop(folder / path.name, path.read_bytes())
    manifest = slot.manifest()
    name = object_id(manifest).hex() + MANIFEST_SUFFIX
    return written + _drop(folder / name, manifest)


def _drop(target: Path, data: bytes) -> bool:
    if target.exists() and target.stat().st_size == len(data):
        return False
    write_file(target, data)
    return True
