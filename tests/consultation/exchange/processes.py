"""Processes of the exchange, to be killed or moved: ``python -m ... processes ROLE FOLDER ...``."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from consultation.exchange.outbox.enqueue import enqueue
from consultation.exchange.outbox.slots import slots_of
from consultation.exchange.outbox.store import Outbox
from consultation.exchange.protocol.envelope import Recipient
from consultation.exchange.protocol.suites import HpkeOpener, HpkeSealer
from consultation.exchange.receiver.decoder import Decoder
from consultation.exchange.receiver.filer import Filer
from consultation.exchange.receiver.journal import JournalWriter
from consultation.exchange.receiver.recorder import Recorder, open_socket, record
from consultation.exchange.receiver.store import ReceiverStore
from consultation.exchange.transport.passes import frames_of_pass
from consultation.exchange.transport.udp import UdpSender
from tests.consultation.exchange.both_ends import EPOCH, LINK_KEY, ticket


def intake(folder: Path, first: int, key: Path) -> None:
    """File reports without end; each is named on standard output once it was acknowledged."""
    outbox = Outbox(folder)
    to = Recipient(HpkeSealer(HpkeOpener(key.read_bytes()).public_key()), EPOCH)
    for number in itertools.count(first):
        enqueue(outbox, ticket(f"{number}", b"x" * 20_000), to)
        print(number, flush=True)


def send(folder: Path, address: str, port: int, passes: int) -> None:
    """Send the slots of an outbox, each pass after the other, and say how many frames."""
    sender, sent = UdpSender((address, port)), 0
    for number in range(passes):
        for slot in slots_of(Outbox(folder)):
            sent += sender.send(frames_of_pass(slot, number, LINK_KEY))
    sender.close()
    print(sent, flush=True)


def record_frames(folder: Path, port: int, address: str = "127.0.0.1") -> None:
    receiving = open_socket((address, port))
    recorder = Recorder(JournalWriter(folder / "journal"), LINK_KEY)
    print("ready", flush=True)
    record(receiving, recorder, lambda: False)


def decode(folder: Path) -> None:
    decoder = Decoder(ReceiverStore(folder), LINK_KEY)
    print("ready", flush=True)
    while True:
        decoder.run_once()


def file(folder: Path, key: Path) -> None:
    filer = Filer(ReceiverStore(folder), {(1, EPOCH): HpkeOpener(key.read_bytes())})
    print("ready", flush=True)
    while True:
        filer.run_once()


def main() -> None:
    role, folder, *rest = sys.argv[1:]
    if role == "intake":
        intake(Path(folder), int(rest[0]), Path(rest[1]))
    elif role == "record":
        record_frames(Path(folder), int(rest[0]), *rest[1:])
    elif role == "send":
        send(Path(folder), rest[0], int(rest[1]), int(rest[2]))
    elif role == "decode":
        decode(Path(folder))
    else:
        file(Path(folder), Path(rest[0]))


if __name__ == "__main__":
    main()
