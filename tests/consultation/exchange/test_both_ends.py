"""From the outbox over a bad line to filed tickets."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from consultation.exchange.outbox.slots import MANIFEST_NAME
from consultation.exchange.outbox.store import Outbox, OutboxFull
from consultation.exchange.protocol.envelope import Recipient
from consultation.exchange.protocol.sizes import BUCKETS, FRAME_BYTES
from consultation.exchange.protocol.suites import SmOpener, SmSealer
from consultation.exchange.receiver.filer import Filer
from tests.consultation.exchange.both_ends import (
    EPOCH,
    OPENER,
    SENDER_KEY,
    TO,
    InternalSide,
    PublicSide,
    lossy,
    public_side,
    sent,
    ticket,
)

THREE = ("一", "三", "二")


@pytest.fixture
def three(public: PublicSide) -> PublicSide:
    public.file(ticket("一"), ticket("二", os.urandom(9000)), ticket("三", os.urandom(100_000)))
    return public


@pytest.mark.parametrize("loss", [0, 0.05, 0.20, 0.30])
def test_one_pass_over_a_lossy_line_brings_everything(
    three: PublicSide, internal: InternalSide, loss: float
) -> None:
    internal.take(lossy(sent(three.slot()), loss))
    assert internal.texts() == sorted(THREE)


def test_two_passes_bring_everything_at_sixty_percent_loss(
    three: PublicSide, internal: InternalSide
) -> None:
    slot = three.slot()
    for number in range(2):
        internal.take(lossy(sent(slot, number), 0.6, seed=number))
    assert internal.texts() == sorted(THREE)


def test_a_burst_of_five_hundred_frames_spoils_nothing(
    tmp_path: Path, internal: InternalSide
) -> None:
    from consultation.exchange.outbox.slots import SlotRules

    public = public_side(tmp_path / "usual", SlotRules())
    public.file(ticket("一"), ticket("二"), ticket("三"))
    frames = sent(public.slot())
    start = len(frames) // 2
    internal.take(frames[:start] + frames[start + 500 :])
    assert internal.texts() == sorted(THREE)


def test_reordered_and_doubled_frames_file_each_ticket_once(
    three: PublicSide, internal: InternalSide
) -> None:
    frames = sent(three.slot()) * 2
    random.Random(1).shuffle(frames)
    internal.take(frames)
    assert internal.texts() == sorted(THREE)


def test_flipped_bits_and_strangers_are_not_recorded(
    three: PublicSide, internal: InternalSide
) -> None:
    frames = sent(three.slot())
    flipped = [frame[:100] + bytes([frame[100] ^ 4]) + frame[101:] for frame in frames]
    internal.recorder.take([*flipped, b"", b"abc", os.urandom(FRAME_BYTES)])
    assert internal.recorder.recorded == 0
    assert internal.recorder.refused == {"frame_forged": len(frames) + 1, "frame_invalid": 2}


def test_an_old_slot_sent_again_files_nothing_again(
    three: PublicSide, internal: InternalSide
) -> None:
    slot = three.slot()
    internal.take(sent(slot))
    filed = {path.name: path.stat().st_mtime_ns for path in internal.store.tickets.iterdir()}
    internal.take(sent(slot, 1))
    restarted = InternalSide(internal.store)
    restarted.take(sent(slot, 2))
    restarted.close()
    assert {
        path.name: path.stat().st_mtime_ns for path in internal.store.tickets.iterdir()
    } == filed


def test_a_poisoned_object_among_good_ones_is_put_aside(
    public: PublicSide, internal: InternalSide
) -> None:
    public.outbox.put([os.urandom(BUCKETS[0])])
    public.file(*(ticket(text) for text in THREE))
    internal.take(sent(public.slot()))
    for _ in range(3):
        internal.filer.run_once()
    assert internal.texts() == sorted(THREE)
    (aside,) = internal.store.quarantine.iterdir()
    assert aside.suffix == ".envelope_invalid"
    assert [code for code, _ in internal.store.alarms()] == ["quarantined"]


def test_tickets_of_both_suites_are_opened_and_unknown_epochs_put_aside(
    public: PublicSide, internal: InternalSide
) -> None:
    from consultation.exchange.outbox.enqueue import enqueue

    opener = SmOpener.generate()
    public.file(ticket("国际"))
    enqueue(public.outbox, ticket("国密"), Recipient(SmSealer(opener.public_key()), EPOCH))
    enqueue(public.outbox, ticket("过期"), Recipient(TO.sealer, EPOCH - 3))
    internal.filer = Filer(internal.store, {(1, EPOCH): OPENER, (2, EPOCH): opener})
    internal.take(sent(public.slot()))
    for _ in range(3):
        internal.filer.run_once()
    assert internal.texts() == ["国密", "国际"]
    assert [path.suffix for path in internal.store.quarantine.iterdir()] == [".unknown_epoch"]


def test_a_ticket_larger_than_the_largest_bucket_arrives_in_parts(
    tmp_path: Path, internal: InternalSide
) -> None:
    from consultation.exchange.outbox.slots import SlotRules

    public = public_side(tmp_path / "large", SlotRules(shape={BUCKETS[-1]: 1}))
    data = os.urandom(BUCKETS[-1] * 3 // 2)
    public.file(ticket("大", data))
    internal.take(sent(public.slot(1)))
    assert internal.texts() == []
    internal.take(sent(public.slot(2)))
    assert internal.texts() == ["大"]
    (folder,) = internal.store.tickets.iterdir()
    assert (folder / "01-0.png").read_bytes() == data


# -- slots


def test_every_slot_looks_alike_whatever_was_filed(tmp_path: Path) -> None:
    shapes = set()
    for count in range(4):
        side = public_side(tmp_path / str(count))
        side.file(*(ticket("x" * 50, os.urandom(3000)) for _ in range(count)))
        slot = side.slot()
        sizes = tuple(sorted(path.stat().st_size for path in slot.objects()))
        shapes.add((sizes, len(slot.manifest()), len(sent(slot))))
    assert len(shapes) == 1


def test_what_does_not_fit_into_a_slot_goes_with_the_next(
    public: PublicSide, internal: InternalSide
) -> None:
    public.file(*(ticket(f"{number:02d}") for number in range(8)))
    internal.take(sent(public.slot(1)))
    assert internal.texts() == [f"{number:02d}" for number in range(6)]
    internal.take(sent(public.slot(2)))
    assert len(internal.texts()) == 8
    assert list(public.outbox.waiting_objects()) == []


def test_a_slot_is_made_once(three: PublicSide) -> None:
    first = three.slot()
    three.file(ticket("四"))
    assert three.slot().manifest() == first.manifest()
    assert len(list(three.outbox.waiting_objects())) == 1


def test_the_stream_goes_on_only_where_the_slot_before_is_at_hand(public: PublicSide) -> None:
    from consultation.exchange.protocol.manifest import FIRST, hash_of, verify

    one, two, four = public.slot(1), public.slot(2), public.slot(4)
    first, second, later = (
        verify(slot.manifest(), [SENDER_KEY.public_key()]) for slot in (one, two, four)
    )
    assert second.stream_id == first.stream_id
    assert second.previous == hash_of(one.manifest())
    assert later.stream_id != first.stream_id
    assert (first.previous, later.previous) == (FIRST, FIRST)


def test_objects_that_a_slot_holds_are_not_taken_again_after_a_kill(
    three: PublicSide, internal: InternalSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Outbox, "discard", killed)
    with pytest.raises(KeyboardInterrupt):
        three.slot(1)
    monkeypatch.undo()
    assert len(list(three.outbox.waiting_objects())) == 3
    internal.take(sent(three.slot(1)))
    internal.take(sent(three.slot(2)))
    assert internal.texts() == sorted(THREE)
    assert (three.slot(2).folder / MANIFEST_NAME).exists()


def test_a_full_outbox_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox", limit=BUCKETS[0])
    outbox.make_folders()
    side = PublicSide(outbox)
    side.file(ticket("一"))
    with pytest.raises(OutboxFull, match="发件箱已满"):
        side.file(ticket("二"))
    assert len(list(outbox.waiting_objects())) == 1
