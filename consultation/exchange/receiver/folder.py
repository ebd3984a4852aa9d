"""Takes whole objects out of the folder that a vendor's gap device fills (摆渡目录)."""

from __future__ import annotations

from pathlib import Path

from consultation.exchange.protocol.frame import LENGTHS, Kind, object_id

from .store import SUFFIX, ReceiverStore

_KIND_OF = {suffix: kind for kind, suffix in SUFFIX.items()}


def take_folder(store: ReceiverStore, folder: Path) -> int:
    """Keep every whole object and delete its file; returns how many were new.

    Names, times and order prove nothing: a file counts when its bytes give the hash that its name
    says. One that does not yet may still be growing, so it stays; what is no object is left alone.
    """
    taken = 0
    for path in sorted(folder.iterdir()):
        kind = _KIND_OF.get(path.suffix)
        if kind is None or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size in LENGTHS[kind]:
            taken += _take(store, kind, path)
    return taken


def _take(store: ReceiverStore, kind: Kind, path: Path) -> bool:
    data = path.read_bytes()
    identifier = object_id(data)
    if identifier.hex() != path.stem.lower():
        return False
    is_new = store.keep(kind, identifier, data)
    path.unlink()
    return is_new
