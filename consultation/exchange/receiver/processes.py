"""The receiver's processes, each with one job, limits of its own, and no power over the others."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from consultation.exchange.keys.ring import openers_in
from consultation.exchange.protocol.sizes import MIB

from .decoder import Decoder, prune_journal
from .filer import Filer
from .folder import take_folder
from .journal import JournalWriter
from .recorder import Recorder, open_socket, record
from .settings import ReceiverSettings
from .store import ReceiverStore
from .watch import Watch

PAUSE_SECONDS = 0.5
WATCH_SECONDS = 30.0
JOURNAL_SECONDS = 3 * 24 * 3600
_MEMORY = {"record": 1024 * MIB, "decode": 3072 * MIB, "file": 2048 * MIB, "watch": 1024 * MIB}


class Ending:
    """Set by SIGTERM and SIGINT: finish what is in hand, then stop."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True

    def __call__(self) -> bool:
        return self.asked


def limit(role: str) -> None:
    """No core file, in which tickets would lie in clear, and memory within bounds."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = _MEMORY[role]
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def run_role(role: str, settings: ReceiverSettings) -> None:
    """Do one job until the process is told to end."""
    limit(role)
    is_ended = Ending()
    store = ReceiverStore(settings.root)
    store.make_folders()
    if role == "record":
        _record(settings, store, is_ended)
    elif role == "decode":
        _decode(settings, store, is_ended)
    elif role == "file":
        filer = Filer(store, openers_in(settings.private_keys))
        _repeat(filer.run_once, is_ended, PAUSE_SECONDS)
    else:
        watch = Watch(store, settings.senders, settings.slot_seconds)
        _repeat(lambda: watch.run_once(time.time()), is_ended, WATCH_SECONDS)


def _record(settings: ReceiverSettings, store: ReceiverStore, is_ended: Callable[[], bool]) -> None:
    if settings.listen is None:
        raise SystemExit("没有配置listen / listen is not set")
    receiving = open_socket(settings.listen)
    record(receiving, Recorder(JournalWriter(store.journal), settings.link_key), is_ended)


def _decode(settings: ReceiverSettings, store: ReceiverStore, is_ended: Callable[[], bool]) -> None:
    decoder = Decoder(store, settings.link_key)

    def once() -> None:
        decoder.run_once()
        if settings.drop_folder is not None:
            take_folder(store, settings.drop_folder)
        prune_journal(store, time.time() - JOURNAL_SECONDS)

    _repeat(once, is_ended, PAUSE_SECONDS)


def _repeat(job: Callable[[], object], is_ended: Callable[[], bool], pause: float) -> None:
    while not is_ended():
        job()
        due = time.monotonic() + pause
        while not is_ended() and time.monotonic() < due:
            time.sleep(min(pause, 0.2))


def supervise(settings_path: Path, settings: ReceiverSettings) -> None:
    """Start every process, and each one anew that ends; an alarm tells that it did."""
    is_ended = Ending()
    store = ReceiverStore(settings.root)
    store.make_folders()
    roles = [role for role in _MEMORY if role != "record" or settings.listen is not None]
    command = [sys.executable, "-m", "consultation.exchange.receiver", "--settings"]
    running = {role: subprocess.Popen([*command, str(settings_path), role]) for role in roles}
    try:
        while not is_ended():
            for role, process in running.items():
                if process.poll() is not None:
                    store.raise_alarm("process_ended", role)
                    running[role] = subprocess.Popen([*command, str(settings_path), role])
            time.sleep(1)
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait()
