"""Over a real cable between two network stacks: what arrives, and that nothing comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from consultation.exchange.outbox.slots import SlotRules
from consultation.exchange.protocol.sizes import KIB, MIB
from consultation.exchange.receiver.decoder import Decoder
from consultation.exchange.receiver.filer import Filer
from consultation.exchange.receiver.store import ReceiverStore
from tests.consultation.exchange.both_ends import (
    EPOCH,
    LINK_KEY,
    OPENER,
    PublicSide,
    public_side,
    ticket,
)
from tests.consultation.exchange.wire import INSIDE, Wire, wire

PORT = 4100
CHILD = [sys.executable, "-m", "tests.consultation.exchange.processes"]
RULES = SlotRules(shape={16 * KIB: 30, 256 * KIB: 6, 1 * MIB: 2})


@pytest.fixture
def cable() -> Iterator[Wire]:
    with wire() as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> ReceiverStore:
    store = ReceiverStore(tmp_path / "receiver")
    store.make_folders()
    return store


@pytest.fixture
def public(tmp_path: Path) -> PublicSide:
    side = public_side(tmp_path, RULES)
    side.file(*(ticket(f"{number:02d}") for number in range(20)))
    side.file(ticket("20", os.urandom(200_000)), ticket("21", os.urandom(900_000)))
    return side


def transfer(cable: Wire, public: PublicSide, store: ReceiverStore, passes: int) -> int:
    """Send the present slot over the cable; returns how many frames were sent."""
    recorder = [*CHILD, "record", str(store.root), str(PORT), INSIDE]
    with subprocess.Popen(
        cable.command(cable.inside, *recorder), stdout=subprocess.PIPE, text=True
    ) as recording:
        try:
            assert recording.stdout is not None
            assert recording.stdout.readline().strip() == "ready"
            sender = [*CHILD, "send", public.outbox.root, INSIDE, PORT, passes]
            done = subprocess.run(
                cable.command(cable.outside, *sender), capture_output=True, text=True, check=True
            )
            _wait_until_quiet(store)
        finally:
            recording.send_signal(signal.SIGTERM)
    return int(done.stdout)


def _wait_until_quiet(store: ReceiverStore) -> None:
    size, quiet = -1, 0
    while quiet < 5:
        now = sum(path.stat().st_size for path in store.journal.iterdir())
        quiet, size = (quiet + 1, size) if now == size else (0, now)
        time.sleep(0.1)


def texts(store: ReceiverStore) -> list[str]:
    Decoder(store, LINK_KEY).run_once()
    Filer(store, {(1, EPOCH): OPENER}).run_once()
    found = [folder / "ticket.json" for folder in store.tickets.iterdir()]
    return sorted(json.loads(path.read_text())["fields"]["text"] for path in found)


@pytest.mark.parametrize("loss", [0, 20, 30])
def test_everything_arrives_and_no_frame_returns(
    cable: Wire, public: PublicSide, store: ReceiverStore, loss: int
) -> None:
    if loss:
        cable.lose(loss)
    public.slot()
    sent = transfer(cable, public, store, passes=2)
    assert texts(store) == [f"{number:02d}" for number in range(22)]
    outside, inside = cable.frames(cable.outside), cable.frames(cable.inside)
    # The kernel may count the frames of one call as one until they are cut.
    assert 0 < outside["tx"] <= sent
    assert (outside["rx"], inside["tx"]) == (0, 0)


def test_a_frame_that_came_back_would_be_counted(cable: Wire) -> None:
    """The control: with the inside's way out open, the kernel's counter is not 0."""
    subprocess.run(
        cable.command(cable.inside, "nft", "delete", "chain", "inet", "cx", "leave"), check=True
    )
    answer = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('10.99.0.1', 9))"
    subprocess.run(cable.command(cable.inside, sys.executable, "-c", answer), check=True)
    assert cable.frames(cable.inside)["tx"] == 1
    assert cable.frames(cable.outside)["rx"] == 1
