"""Two network namespaces with one cable, made by the test itself: nothing can come back on it."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

OUTSIDE, INSIDE = "10.99.0.1", "10.99.0.2"
MACS = {OUTSIDE: "02:00:00:00:99:01", INSIDE: "02:00:00:00:99:02"}


@dataclass(frozen=True)
class Wire:
    """Names of the namespaces; the outside sends, the inside records."""

    outside: str
    inside: str

    def command(self, namespace: str, *command: object) -> list[str]:
        return ["ip", "netns", "exec", namespace, *map(str, command)]

    def lose(self, percent: int) -> None:
        """Drop so many of a hundred frames at the inside, each by chance (``numgen``)."""
        rule = f"numgen random mod 100 < {percent} drop"
        _run(
            *self.command(self.inside, "nft", "add", "rule", "inet", "cx", "arrive", *rule.split())
        )

    def frames(self, namespace: str) -> dict[str, int]:
        """What the kernel counted on the cable's end: ``rx`` and ``tx``."""
        raw = _run(*self.command(namespace, "ip", "-j", "-s", "link", "show", "dev", "cx0"))
        counted: dict[str, Any] = json.loads(raw)[0]["stats64"]
        return {way: int(counted[way]["packets"]) for way in ("rx", "tx")}


@contextmanager
def wire() -> Iterator[Wire]:
    """Skips where this account may not make namespaces."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root: run the suite as root")
    mark = uuid.uuid4().hex[:6]
    made = Wire(f"cxo{mark}", f"cxi{mark}")
    try:
        try:
            for name in (made.outside, made.inside):
                _run("ip", "netns", "add", name)
            _connect(made)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"network namespaces cannot be made here: {error.stderr.strip()}")
        yield made
    finally:
        for name in (made.outside, made.inside):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _connect(made: Wire) -> None:
    ends = ((made.outside, OUTSIDE, INSIDE), (made.inside, INSIDE, OUTSIDE))
    for namespace, _, _ in ends:
        for scope in ("all", "default"):
            setting = f"net.ipv6.conf.{scope}.disable_ipv6=1"
            _run(*made.command(namespace, "sysctl", "-qw", setting))
    cable = ("cx0", "netns", made.outside, "type", "veth")
    _run("ip", "link", "add", *cable, "peer", "name", "cx0", "netns", made.inside)
    for namespace, own, other in ends:
        for command in (
            f"ip link set cx0 address {MACS[own]}",
            f"ip address add {own}/24 dev cx0",
            "ip link set cx0 up",
            # The sender never asks who has the address; nobody could answer.
            f"ip neighbour replace {other} lladdr {MACS[other]} dev cx0 nud permanent",
            "nft add table inet cx",
        ):
            _run(*made.command(namespace, *command.split()))
    chain = "nft add chain inet cx {} {{ type filter hook {} priority 0 ; policy {} ; }}"
    for namespace, name, hook, policy in (
        (made.inside, "leave", "output", "drop"),
        (made.inside, "arrive", "input", "accept"),
        (made.outside, "arrive", "input", "drop"),
    ):
        _run(*made.command(namespace, *chain.format(name, hook, policy).split()))


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout
