"""A loss is seen at the receiver, and only there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from consultation.exchange.outbox.slots import Slot
from consultation.exchange.receiver.watch import GRACE_SECONDS, Watch
from tests.consultation.exchange.both_ends import (
    SENDER_KEY,
    InternalSide,
    PublicSide,
    public_side,
    sent,
    ticket,
)

SECONDS = 6 * 3600


@pytest.fixture
def watch(internal: InternalSide) -> Watch:
    return Watch(internal.store, [SENDER_KEY.public_key()])


def after(slot: int, seconds: float = GRACE_SECONDS + 1) -> float:
    """A moment so long after the end of a slot."""
    return (slot + 1) * SECONDS + seconds


def only_manifest(slot: Slot) -> list[bytes]:
    return [frame for frame in sent(slot) if frame[3] == 1]


def only_objects(slot: Slot) -> list[bytes]:
    return [frame for frame in sent(slot) if frame[3] == 0]


def test_all_is_quiet_while_everything_comes(
    public: PublicSide, internal: InternalSide, watch: Watch
) -> None:
    for number in (100, 101, 102):
        internal.take(sent(public.slot(number)))
        watch.run_once(after(number))
    assert internal.store.alarms() == []


def test_a_slot_that_did_not_come_is_told_after_five_minutes_and_not_before(
    public: PublicSide, internal: InternalSide, watch: Watch
) -> None:
    internal.take(sent(public.slot(100)))
    lost = public.slot(101)
    watch.run_once(after(101, GRACE_SECONDS - 1))
    assert internal.store.alarms() == []
    watch.run_once(after(101))
    assert internal.store.alarms() == [("missing_slot", "101")]
    internal.take(sent(lost, 1))
    watch.run_once(after(101))
    assert internal.store.alarms() == []


def test_an_object_that_did_not_come_is_told_until_it_is_sent_again(
    public: PublicSide, internal: InternalSide, watch: Watch
) -> None:
    public.file(ticket("一"))
    slot = public.slot(100)
    lost = slot.objects()[0].stem
    internal.take(frame for frame in sent(slot) if frame[4:20].hex() != lost)
    watch.run_once(after(100))
    assert internal.store.alarms() == [("missing_object", lost)]
    internal.take(sent(slot, 1))
    watch.run_once(after(100))
    assert internal.store.alarms() == []


def test_a_lost_manifest_is_a_missing_slot_though_tickets_are_filed(
    public: PublicSide, internal: InternalSide, watch: Watch
) -> None:
    internal.take(sent(public.slot(99)))
    public.file(ticket("一"))
    slot = public.slot(100)
    internal.take(only_objects(slot))
    watch.run_once(after(100))
    assert internal.texts() == ["一"]
    assert internal.store.alarms() == [("missing_slot", "100")]


def test_a_restored_sender_is_told_of(tmp_path: Path, internal: InternalSide, watch: Watch) -> None:
    """The copy of before makes the slot again, with other objects."""
    import shutil

    public = public_side(tmp_path / "one")
    internal.take(sent(public.slot(100)))
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    internal.take(sent(public.slot(101)))
    restored = public_side(tmp_path / "copy")
    restored.file(ticket("恢复之后"))
    internal.take(sent(restored.slot(101)))
    watch.run_once(after(101))
    assert internal.store.alarms() == [("slot_twice", "101")]
    assert internal.texts() == ["恢复之后"]


def test_a_sender_restored_after_a_gap_begins_a_new_stream(
    tmp_path: Path, internal: InternalSide, watch: Watch
) -> None:
    import shutil

    public = public_side(tmp_path / "one")
    internal.take(sent(public.slot(100)))
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    for number in (101, 102):
        internal.take(sent(public.slot(number)))
    internal.take(sent(public_side(tmp_path / "copy").slot(103)))
    watch.run_once(after(103))
    assert internal.store.alarms() == []
    with internal.store.memory() as memory:
        streams = memory.execute("SELECT COUNT(DISTINCT stream) FROM slot").fetchone()
    assert streams == (2,)


def test_a_stranger_signs_no_manifest(tmp_path: Path, internal: InternalSide, watch: Watch) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from consultation.exchange.outbox.slots import prepare_slot
    from tests.consultation.exchange.both_ends import SMALL, TO

    public = public_side(tmp_path / "stranger")
    stranger = prepare_slot(public.outbox, 100, SMALL, TO, Ed25519PrivateKey.generate())
    internal.take(only_manifest(stranger))
    watch.run_once(after(100))
    assert [code for code, _ in internal.store.alarms()] == ["manifest_forged"]


def test_a_manifest_that_follows_none_that_is_here_is_told(
    public: PublicSide, internal: InternalSide, watch: Watch
) -> None:
    internal.take(sent(public.slot(100)))
    public.slot(101)
    internal.take(sent(public.slot(102)))
    watch.run_once(after(102))
    assert set(internal.store.alarms()) == {("missing_slot", "101"), ("chain_unproven", "102")}


def test_drop_folder_files_that_are_cut_off_renamed_or_doubled(
    tmp_path: Path, public: PublicSide, internal: InternalSide, watch: Watch
) -> None:
    from consultation.exchange.receiver.folder import take_folder
    from consultation.exchange.transport.folder import drop_slot

    public.file(ticket("一"), ticket("二"))
    folder = tmp_path / "drop"
    folder.mkdir()
    slot = public.slot(100)
    assert drop_slot(slot, folder) == len(slot.objects()) + 1
    first, second, *_ = sorted(folder.glob("*.cxo"))
    whole = first.read_bytes()
    first.write_bytes(whole[:-1])
    second.rename(folder / f"{os.urandom(16).hex()}.cxo")
    (folder / "x.cxo.part").write_bytes(whole)
    (folder / "link.cxo").symlink_to("/etc/passwd")
    (folder / "readme.txt").write_text("?")
    assert take_folder(internal.store, folder) == len(slot.objects()) - 1
    first.write_bytes(whole)
    assert take_folder(internal.store, folder) == 1
    assert drop_slot(slot, folder) == len(slot.objects()) + 1
    assert take_folder(internal.store, folder) == 1
    internal.filer.run_once()
    watch.run_once(after(100))
    assert internal.texts() == ["一", "二"]
    assert internal.store.alarms() == []
    assert {path.name for path in folder.glob("*.txt")} == {"readme.txt"}
