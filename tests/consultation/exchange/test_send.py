"""The clock decides what is sent when; what was filed decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from consultation.exchange.outbox.slots import Slot, slots_of
from consultation.exchange.transport.send import RETAINED_SECONDS, Sender
from tests.consultation.exchange.both_ends import SENDER_KEY, TO, PublicSide, public_side, ticket

SECONDS = 6 * 3600
START = 100 * SECONDS


@dataclass
class Remembering:
    """A carrier that writes down what it was given; ``fails`` times it refuses."""

    carried: list[tuple[int, int]] = field(default_factory=list)
    fails: int = 0

    def carry(self, slot: Slot, pass_number: int) -> int:
        if self.fails:
            self.fails -= 1
            raise OSError("no cable")
        self.carried.append((slot.number, pass_number))
        return 1


@pytest.fixture
def carrier() -> Remembering:
    return Remembering()


@pytest.fixture
def sender(public: PublicSide, carrier: Remembering) -> Sender:
    return Sender(public.outbox, public.rules, lambda: TO, SENDER_KEY, [carrier])


def test_two_passes_half_a_slot_apart_and_no_third(sender: Sender, carrier: Remembering) -> None:
    for after in (0, 60, SECONDS / 2 - 1, SECONDS / 2, SECONDS - 1):
        sender.run_once(START + after)
    assert carrier.carried == [(100, 0), (100, 1)]
    sender.run_once(START + SECONDS)
    assert carrier.carried[2:] == [(101, 0)]


def test_a_sender_that_begins_late_sends_both_passes_at_once(
    sender: Sender, carrier: Remembering
) -> None:
    assert sender.run_once(START + SECONDS - 10) == 2
    assert carrier.carried == [(100, 0), (100, 1)]


def test_the_times_are_the_same_whether_something_was_filed_or_not(tmp_path: Path) -> None:
    seen = []
    for count in (0, 3):
        side, carrier = public_side(tmp_path / str(count)), Remembering()
        side.file(*(ticket("x") for _ in range(count)))
        sender = Sender(side.outbox, side.rules, lambda: TO, SENDER_KEY, [carrier])
        seen.append([sender.run_once(START + minute * 60) for minute in range(0, 720, 5)])
    assert seen[0] == seen[1]


def test_a_refused_pass_is_sent_again_from_its_beginning(
    sender: Sender, carrier: Remembering
) -> None:
    carrier.fails = 1
    with pytest.raises(OSError, match="no cable"):
        sender.run_once(START)
    sender.run_once(START + 5)
    assert carrier.carried == [(100, 0)]


def test_what_waits_goes_with_the_slot_that_begins_next(public: PublicSide, sender: Sender) -> None:
    sender.run_once(START)
    public.file(ticket("一"))
    sender.run_once(START + SECONDS / 2)
    assert len(list(public.outbox.waiting_objects())) == 1
    sender.run_once(START + SECONDS)
    assert list(public.outbox.waiting_objects()) == []


def test_an_operator_has_a_slot_sent_again_with_fresh_symbols(
    sender: Sender, carrier: Remembering
) -> None:
    sender.run_once(START + SECONDS / 2)
    sender.ask_for(100)
    sender.run_once(START + SECONDS)
    sender.run_once(START + SECONDS + 5)
    assert carrier.carried == [(100, 0), (100, 1), (101, 0), (100, 2)]
    with pytest.raises(LookupError, match="时隙99"):
        sender.ask_for(99)


def test_slots_older_than_fourteen_days_are_deleted(public: PublicSide, sender: Sender) -> None:
    sender.run_once(START)
    sender.run_once(START + RETAINED_SECONDS)
    assert [slot.number for slot in slots_of(public.outbox)] == [100, 156]
    sender.run_once(START + RETAINED_SECONDS + SECONDS)
    assert [slot.number for slot in slots_of(public.outbox)] == [156, 157]
    assert not (public.outbox.root / "sent" / "100").exists()
