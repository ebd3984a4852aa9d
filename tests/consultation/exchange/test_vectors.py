"""The protocol's page tells what the code does, to the byte."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from consultation.exchange.protocol.envelope import open_envelope
from consultation.exchange.protocol.suites import HpkeOpener, Opener, SmOpener
from consultation.exchange.protocol.ticket import parse_part, parse_ticket
from tests.consultation.exchange import vectors

KEPT: dict[str, Any] = json.loads(vectors.KEPT.read_text("utf-8"))


def test_what_is_computed_is_as_kept_and_as_the_page_says() -> None:
    values = vectors.computed()
    assert values == KEPT["computed"]
    assert vectors.PAGE.read_text("utf-8").endswith(vectors.as_table(values))


@pytest.mark.parametrize("suite", ["1", "2"])
def test_the_kept_envelopes_open(suite: str) -> None:
    fields = {name: base64.b64decode(value) for name, value in KEPT["sealed"][suite].items()}
    opener: Opener = (
        HpkeOpener(fields["private_key"])
        if suite == "1"
        else SmOpener(fields["private_key"], fields["public_key"])
    )
    content = open_envelope(fields["envelope"], {(int(suite), vectors.EPOCH): opener})
    assert content == vectors.part()
    assert parse_ticket(parse_part(content).data) == vectors.TICKET


@pytest.mark.parametrize("suite", ["1", "2"])
def test_fresh_vectors_would_open_too(suite: str) -> None:
    fields = vectors.sealed()[suite]
    assert len(base64.b64decode(fields["envelope"])) == 16384
