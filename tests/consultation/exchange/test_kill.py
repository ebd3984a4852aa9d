"""``kill -9`` at any moment: nothing that was acknowledged is lost, doubled or damaged.

20 kills of each process here, as many as ``EXCHANGE_KILLS`` says in the long run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from consultation.exchange.outbox.enqueue import enqueue
from consultation.exchange.outbox.slots import SlotRules, prepare_slot
from consultation.exchange.outbox.store import Outbox
from consultation.exchange.protocol.envelope import Recipient, open_envelope
from consultation.exchange.protocol.frame import parse_frame
from consultation.exchange.protocol.sizes import KIB
from consultation.exchange.protocol.suites import HpkeOpener, HpkeSealer
from consultation.exchange.protocol.ticket import join, parse_part, parse_ticket
from consultation.exchange.receiver.decoder import Decoder
from consultation.exchange.receiver.filer import Filer
from consultation.exchange.receiver.journal import JournalWriter, read_frames, segments_of
from consultation.exchange.receiver.recorder import Recorder
from consultation.exchange.receiver.store import ReceiverStore
from consultation.exchange.transport.passes import frames_of_pass
from consultation.exchange.transport.udp import UdpSender
from tests.consultation.exchange.both_ends import EPOCH, LINK_KEY, SENDER_KEY, ticket
from tests.engines import free_port

KILLS = int(os.environ.get("EXCHANGE_KILLS", "20"))
COUNT = 60
RULES = SlotRules(shape={16 * KIB: 40, 256 * KIB: 40})
OPENER = HpkeOpener.generate()
TO = Recipient(HpkeSealer(OPENER.public_key()), EPOCH)


@contextmanager
def child(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.consultation.exchange.processes"]
    with subprocess.Popen(
        [*command, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(OPENER.private_key)
    return path


@pytest.fixture
def store(tmp_path: Path) -> ReceiverStore:
    store = ReceiverStore(tmp_path / "receiver")
    store.make_folders()
    return store


def slot_frames(folder: Path, *passes: int) -> list[list[bytes]]:
    """The frames of a slot with 60 tickets, a list for each pass."""
    outbox = Outbox(folder)
    outbox.make_folders()
    for number in range(COUNT):
        enqueue(outbox, ticket(f"{number}", os.urandom(20_000 if number % 2 else 100)), TO)
    slot = prepare_slot(outbox, 1, RULES, TO, SENDER_KEY)
    return [list(frames_of_pass(slot, number, LINK_KEY)) for number in passes]


def filed(store: ReceiverStore) -> list[int]:
    texts = [
        json.loads((folder / "ticket.json").read_text())["fields"]["text"]
        for folder in store.tickets.iterdir()
        if folder.suffix != ".part"
    ]
    return sorted(map(int, texts))


def test_intake_killed_at_any_moment_keeps_what_it_acknowledged(tmp_path: Path, key: Path) -> None:
    chance = random.Random(KILLS)
    outbox = Outbox(tmp_path / "outbox")
    outbox.make_folders()
    acknowledged: list[int] = []
    for kill in range(KILLS):
        with child("intake", outbox.root, kill * 100_000, key) as process:
            acknowledged.append(int(first_line(process)))
            time.sleep(chance.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
            assert process.stdout is not None
            acknowledged += [int(line) for line in process.stdout if line.endswith("\n")]
    outbox.recover()
    kept = []
    for path in outbox.waiting_objects():
        part = parse_part(open_envelope(path.read_bytes(), {(1, EPOCH): OPENER}))
        kept.append(int(parse_ticket(join([part])).fields["text"]))
    assert len(set(kept)) == len(kept)
    assert set(acknowledged) <= set(kept)
    # At most the one in hand was kept without its reporter hearing of it.
    assert len(kept) - len(acknowledged) <= KILLS


def test_recorder_killed_at_any_moment_keeps_whole_frames(
    tmp_path: Path, store: ReceiverStore, key: Path
) -> None:
    chance = random.Random(KILLS)
    passes = slot_frames(tmp_path / "outbox", 0, 1)
    for kill in range(KILLS):
        port = free_port()
        with child("record", store.root, port) as process:
            assert first_line(process) == "ready"
            sender = UdpSender(("127.0.0.1", port), 60_000_000)
            frames = passes[kill % 2]
            sender.send(frames[: chance.randrange(len(frames))])
            process.send_signal(signal.SIGKILL)
            sender.close()
    writer = Recorder(JournalWriter(store.journal), LINK_KEY)
    segments = segments_of(store.journal)
    recorded = [frame for one in segments for frame in read_frames(store.journal, one)]
    assert recorded
    for frame in recorded:
        parse_frame(frame, LINK_KEY)
    for frames in passes:
        writer.take(frames)
    writer.journal.close()
    Decoder(store, LINK_KEY).run_once()
    Filer(store, {(1, EPOCH): OPENER}).run_once()
    assert filed(store) == list(range(COUNT))


@pytest.mark.parametrize("role", ["decode", "file"])
def test_decoder_or_filer_killed_at_any_moment_files_each_ticket_once(
    tmp_path: Path, store: ReceiverStore, key: Path, role: str
) -> None:
    chance = random.Random(KILLS)
    (frames,) = slot_frames(tmp_path / "outbox", 0)
    writer = Recorder(JournalWriter(store.journal), LINK_KEY)
    writer.take(frames)
    writer.journal.close()
    if role == "file":
        Decoder(store, LINK_KEY).run_once()
    for _ in range(KILLS):
        with child(role, store.root, key) as process:
            assert first_line(process) == "ready"
            time.sleep(chance.uniform(0, 0.05))
    Decoder(store, LINK_KEY).run_once()
    Filer(store, {(1, EPOCH): OPENER}).run_once()
    assert filed(store) == list(range(COUNT))
    assert store.alarms() == []
    assert not list(store.quarantine.iterdir())
