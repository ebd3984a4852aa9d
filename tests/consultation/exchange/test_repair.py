"""How much repair is sent, and what then arrives."""

from __future__ import annotations

import os
import random

import pytest

from consultation.exchange.protocol.fountain import packets_of_pass
from consultation.exchange.protocol.repair import FAILURE, failure_probability, symbols_to_send
from consultation.exchange.protocol.sizes import BUCKETS, KIB, MIB, source_symbols


@pytest.mark.parametrize(
    ("length", "percent"), [(16 * KIB, 308), (64 * KIB, 142), (1 * MIB, 62), (16 * MIB, 47)]
)
def test_repair_at_thirty_percent_loss(length: int, percent: int) -> None:
    """The figures are those of the design."""
    source = source_symbols(length)
    assert round((symbols_to_send(source) / source - 1) * 100) == pytest.approx(percent, abs=1)


@pytest.mark.parametrize("bucket", BUCKETS)
def test_it_is_the_fewest_that_do(bucket: int) -> None:
    source = source_symbols(bucket)
    sent = symbols_to_send(source)
    assert failure_probability(source, sent, 0.30) < FAILURE
    assert failure_probability(source, sent - 1, 0.30) >= FAILURE


def test_the_probability_agrees_with_trials() -> None:
    """20 symbols sent, 10 needed and two more, 30% loss: the received counted in many trials."""
    chance = random.Random(1)
    trials = 200_000
    lost = sum(sum(chance.random() >= 0.3 for _ in range(20)) < 12 for _ in range(trials))
    assert failure_probability(10, 20, 0.30) == pytest.approx(lost / trials, abs=0.004)


def test_a_pass_has_as_many_symbols_as_computed() -> None:
    data = os.urandom(BUCKETS[0])
    assert [len(packets_of_pass(data, number)) for number in range(3)] == [
        symbols_to_send(source_symbols(len(data)))
    ] * 3
