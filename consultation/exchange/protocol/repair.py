"""How many symbols are sent so that an object arrives for certain enough.

A block of K source symbols decodes from K + h received ones but for 1 in 256^(h+1) (RFC 6330,
RaptorQ technical overview). Asked for is that K + 2 arrive, with n symbols sent and each lost by
itself: the least n for which fewer arrive once in a thousand million times.
"""

from __future__ import annotations

from functools import cache
from math import exp, lgamma, log, log1p

FAILURE = 1e-9
LOSS = 0.30
MARGIN = 2


def failure_probability(source: int, sent: int, loss: float) -> float:
    """The chance that fewer than ``source`` and two of ``sent`` symbols arrive at this ``loss``."""
    total = 0.0
    for received in range(min(sent, source + MARGIN - 1), -1, -1):
        term = exp(_log_binomial(sent, received) + _log_loss(sent, received, loss))
        total += term
        if term < total * 1e-12:
            break
    return min(total, 1.0)


@cache
def symbols_to_send(source: int, loss: float = LOSS, failure: float = FAILURE) -> int:
    """The fewest symbols with a chance to fail below ``failure``; found by halving."""
    low, high = source, 2 * source + 64
    while failure_probability(source, high, loss) >= failure:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if failure_probability(source, middle, loss) < failure:
            high = middle
        else:
            low = middle + 1
    return high


def _log_binomial(sent: int, received: int) -> float:
    return lgamma(sent + 1) - lgamma(received + 1) - lgamma(sent - received + 1)


def _log_loss(sent: int, received: int, loss: float) -> float:
    arrived = received * log1p(-loss)
    return arrived + (sent - received) * log(loss) if sent > received else arrived
