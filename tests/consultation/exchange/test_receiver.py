"""The internal side as it is installed: one settings file, four processes, no Django."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from consultation.exchange.keys.ring import keep_opener
from consultation.exchange.outbox.enqueue import enqueue
from consultation.exchange.protocol.envelope import Recipient
from consultation.exchange.receiver.settings import SettingsInvalid, read_settings
from consultation.exchange.receiver.status import NotInQuarantine, requeue, status_lines
from consultation.exchange.receiver.store import ReceiverStore
from consultation.exchange.transport.carriers import Carrier, DiodeCarrier, FolderCarrier
from tests.consultation.exchange.both_ends import (
    EPOCH,
    LINK_KEY,
    OPENER,
    SENDER_KEY,
    TO,
    internal_side,
    public_side,
    sent,
    ticket,
)
from tests.engines import free_port

MODULE = [sys.executable, "-m", "consultation.exchange.receiver"]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def settings(tmp_path: Path, port: int) -> Path:
    (tmp_path / "keys").mkdir()
    (tmp_path / "incoming").mkdir()
    keep_opener(tmp_path / "keys", EPOCH, OPENER)
    (tmp_path / "link.key").write_text(LINK_KEY.hex())
    pem = SENDER_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "sender.pub.pem").write_bytes(pem)
    path = tmp_path / "receiver.toml"
    path.write_text(
        f'root = "data"\nlisten = "127.0.0.1:{port}"\ndrop_folder = "incoming"\n'
        'link_key = "link.key"\nsenders = ["sender.pub.pem"]\nprivate_keys = "keys"\n'
    )
    return path


@contextmanager
def running(settings: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([*MODULE, "--settings", str(settings), "run"]) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def wait_for_tickets(settings: Path, count: int) -> list[Path]:
    folder = settings.parent / "data" / "tickets"
    for _ in range(300):
        found = [path for path in folder.glob("*") if path.suffix != ".part"]
        if len(found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{len(found)} tickets")


def test_it_knows_nothing_of_django() -> None:
    code = (
        "import consultation.exchange.receiver.__main__, sys;"
        "print([name for name in sys.modules if name.split('.')[0] in {'django', 'portal'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_datagrams_and_dropped_files_become_tickets(
    tmp_path: Path, settings: Path, port: int
) -> None:
    public = public_side(tmp_path)
    carriers: list[Carrier] = [
        DiodeCarrier(("127.0.0.1", port), LINK_KEY, 20_000_000),
        FolderCarrier(settings.parent / "incoming"),
    ]
    with running(settings):
        for _ in range(100):
            if (settings.parent / "data" / "journal").is_dir():
                break
            time.sleep(0.1)
        time.sleep(1)
        for number, carrier in enumerate(carriers, start=1):
            public.file(ticket(f"{number}"))
            for pass_number in range(3):
                carrier.carry(public.slot(number), pass_number)
        wait_for_tickets(settings, 2)
    done = subprocess.run(
        [*MODULE, "--settings", str(settings), "status"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tickets filed: 2" in done.stdout
    assert "no alarm" in done.stdout


def test_a_process_that_ends_is_started_anew_and_told_of(settings: Path) -> None:
    store = ReceiverStore(settings.parent / "data")
    with running(settings) as process:
        for _ in range(100):
            found = subprocess.run(
                ["pgrep", "-P", str(process.pid), "-f", "decode"],
                capture_output=True,
                text=True,
                check=False,
            ).stdout.split()
            if found and (store.root / "state.sqlite3").exists():
                break
            time.sleep(0.1)
        subprocess.run(["kill", "-9", *found], check=True)
        for _ in range(100):
            if store.alarms():
                break
            time.sleep(0.1)
        assert store.alarms() == [("process_ended", "decode")]


def test_what_was_put_aside_is_tried_again_when_its_key_has_come(tmp_path: Path) -> None:
    public, internal = public_side(tmp_path), internal_side(tmp_path)
    enqueue(public.outbox, ticket("迟到的密钥"), Recipient(TO.sealer, EPOCH + 1))
    internal.take(sent(public.slot()))
    for _ in range(3):
        internal.filer.run_once()
    (aside,) = internal.store.quarantine.iterdir()
    assert any(line.startswith("ALARM quarantined") for line in status_lines(internal.store))
    with pytest.raises(NotInQuarantine):
        requeue(internal.store, ["00" * 16])
    with pytest.raises(NotInQuarantine):
        requeue(internal.store, ["../../etc"])
    requeue(internal.store, [aside.stem])
    internal.filer.openers = {(1, EPOCH + 1): OPENER, (1, EPOCH): OPENER}
    internal.filer.run_once()
    assert internal.texts() == ["迟到的密钥"]
    assert internal.store.alarms() == []
    internal.close()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('root = ""', "root"),
        ("root = 3", "root"),
        ('listen = "4100"', "listen"),
        ('listen = "10.0.0.2:99999"', "listen"),
        ("senders = []", "senders"),
        ('senders = ["missing.pem"]', "missing.pem"),
        ('senders = ["link.key"]', "link.key"),
        ('link_key = "missing.key"', "missing.key"),
        ("slot_hours = 0", "slot_hours"),
        ("slot_hours = true", "slot_hours"),
        ("surplus = 1", "surplus"),
        ("not toml", "receiver.toml"),
    ],
)
def test_wrong_settings_are_refused_by_their_name(settings: Path, line: str, told: str) -> None:
    name = line.split(" ", maxsplit=1)[0]
    kept = [one for one in settings.read_text().splitlines() if not one.startswith(f"{name} ")]
    settings.write_text("\n".join([*kept, line]))
    done = subprocess.run(
        [*MODULE, "--settings", str(settings), "status"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_one_way_in_at_least_is_needed(settings: Path) -> None:
    kept = [
        one
        for one in settings.read_text().splitlines()
        if not one.startswith(("listen", "drop_folder"))
    ]
    settings.write_text("\n".join(kept))
    with pytest.raises(SettingsInvalid, match="listen or drop_folder"):
        read_settings(settings)
