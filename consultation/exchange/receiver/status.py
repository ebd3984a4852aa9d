"""What the operator of the internal side sees: numbers and alarms, never what a ticket says."""

from __future__ import annotations

from collections.abc import Sequence

from consultation.exchange.durable import flush_folder
from consultation.exchange.protocol.errors import ExchangeError
from consultation.exchange.protocol.frame import Kind

from .store import Fate, ReceiverStore


class NotInQuarantine(ExchangeError):
    """There is no such object in quarantine."""

    code = "not_in_quarantine"
    zh = "隔离区中没有该对象"


def status_lines(store: ReceiverStore) -> list[str]:
    """One line a number, then one an alarm."""
    with store.memory() as memory:
        query = "SELECT kind, fate, COUNT(*) FROM object GROUP BY kind, fate ORDER BY kind, fate"
        counts = memory.execute(query).fetchall()
        (tickets,) = memory.execute("SELECT COUNT(*) FROM ticket").fetchone()
        (last,) = memory.execute("SELECT MAX(number) FROM slot").fetchone()
    lines = [f"{Kind(kind).name.lower()} {fate}: {count}" for kind, fate, count in counts]
    lines += [f"tickets filed: {tickets}", f"last slot: {last if last is not None else '-'}"]
    alarms = [f"ALARM {code}: {subject}" for code, subject in store.alarms()]
    return [*lines, *alarms] if alarms else [*lines, "no alarm"]


def requeue(store: ReceiverStore, identifiers: Sequence[str]) -> None:
    """Let the filer try again, as when a key has come since. Raises ``NotInQuarantine``."""
    for identifier in identifiers:
        found = list(store.quarantine.glob(f"{_hexadecimal(identifier)}.*"))
        if not found:
            raise NotInQuarantine(identifier)
        target = store.path_of(Kind.ENVELOPE, bytes.fromhex(identifier))
        found[0].rename(target)
        flush_folder(target.parent)
        with store.memory() as memory:
            memory.execute(
                "UPDATE object SET fate = ?, failures = 0 WHERE id = ?",
                (Fate.ARRIVED, bytes.fromhex(identifier)),
            )
        for code, subject in store.alarms():
            if code == "quarantined" and subject.startswith(identifier):
                store.clear_alarm(code, subject)


def _hexadecimal(identifier: str) -> str:
    try:
        return bytes.fromhex(identifier).hex()
    except ValueError as error:
        raise NotInQuarantine(identifier) from error
