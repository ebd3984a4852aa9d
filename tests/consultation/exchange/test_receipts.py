"""A receipt finds its outcome in every epoch's table, and nothing else finds anything."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.exchange.bulletins.receipt import (
    ALPHABET,
    SEALED_BYTES,
    ReceiptInvalid,
    new_code,
    open_status,
    read_code,
    receipt_key,
    seal_status,
    tag_of,
)
from consultation.exchange.bulletins.table import (
    DEFAULT_ROWS,
    ROW_BYTES,
    OutcomeTable,
    TableInvalid,
    make_table,
)

KEYS = [bytes([number]) * 32 for number in range(20)]
STATUSES = {key: f"第{number}件：已立案核查" for number, key in enumerate(KEYS)}


# -- the code


def test_a_code_has_a_hundred_bits_and_is_read_however_it_is_typed() -> None:
    codes = [new_code() for _ in range(200)]
    assert len(set(codes)) == 200
    for code in codes:
        bits = read_code(code)
        assert len(bits) == 13
        assert bits[0] < 16
        assert read_code(code.lower().replace("-", " ")) == bits
        assert read_code(code.replace("0", "O").replace("1", "l")) == bits


def test_every_bit_of_a_code_is_used() -> None:
    every = [int.from_bytes(read_code(new_code()), "big") for _ in range(400)]
    for place in range(100):
        assert 120 < sum(number >> place & 1 for number in every) < 280


@given(place=st.integers(0, 19), other=st.sampled_from(ALPHABET), seed=st.integers(0, 99))
def test_a_mistyped_sign_is_told(place: int, other: str, seed: int) -> None:
    code = FIXED[seed % len(FIXED)].replace("-", "")
    wrong = code[:place] + other + code[place + 1 :]
    if wrong != code:
        with pytest.raises(ReceiptInvalid, match="请核对"):
            read_code(wrong)


@given(place=st.integers(0, 18), seed=st.integers(0, 99))
def test_two_signs_in_each_others_place_are_told(place: int, seed: int) -> None:
    code = FIXED[seed % len(FIXED)].replace("-", "")
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(ReceiptInvalid):
            read_code(wrong)


@pytest.mark.parametrize("typed", ["", "-", "12345", "U" * 21, "一" * 21, "0" * 22, "\0" * 21])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(ReceiptInvalid):
        read_code(typed)


def test_the_key_depends_on_code_and_salt() -> None:
    code = read_code(new_code())
    keys = {receipt_key(code, salt) for salt in (b"a" * 16, b"b" * 16)}
    keys |= {receipt_key(read_code(new_code()), b"a" * 16)}
    assert len(keys) == 3
    assert receipt_key(code, b"a" * 16) in keys


# -- the status


@given(text=st.text(max_size=120))
def test_a_status_comes_back_and_has_one_size(text: str) -> None:
    sealed = seal_status(KEYS[0], 7, text)
    assert len(sealed) == SEALED_BYTES
    assert open_status(KEYS[0], 7, sealed) == text
    assert open_status(KEYS[1], 7, sealed) is None
    assert open_status(KEYS[0], 8, sealed) is None


def test_a_status_that_does_not_fit_is_refused() -> None:
    assert open_status(KEYS[0], 1, seal_status(KEYS[0], 1, "一" * 170)) == "一" * 170
    with pytest.raises(ValueError, match="510"):
        seal_status(KEYS[0], 1, "一" * 171)


# -- the table


def test_every_outcome_is_found_and_a_stranger_finds_none() -> None:
    table = OutcomeTable.parse(make_table(7, STATUSES, rows=64))
    assert {key: table.find(key) for key in KEYS} == STATUSES
    assert all(table.find(os.urandom(32)) is None for _ in range(2000))


def test_a_table_has_one_size_whatever_it_holds() -> None:
    sizes = {len(make_table(7, dict(list(STATUSES.items())[:count]))) for count in (0, 1, 20)}
    assert sizes == {16 + DEFAULT_ROWS * ROW_BYTES}


def test_no_row_of_one_epoch_is_found_in_the_next() -> None:
    one, other = (OutcomeTable.parse(make_table(epoch, STATUSES, rows=64)) for epoch in (7, 8))
    rows = [
        {table.raw[16 + at : 16 + at + 16] for at in range(0, 64 * ROW_BYTES, ROW_BYTES)}
        for table in (one, other)
    ]
    assert not rows[0] & rows[1]
    assert tag_of(KEYS[0], 7) in rows[0]


def test_real_rows_and_dummies_have_the_same_bytes_by_statistics() -> None:
    """Bytes of 20 real rows of one text against as many dummies: no value stands out."""
    real = b"".join(seal_status(key, 7, "同样的话") for key in KEYS)
    counts = [real.count(value) for value in range(256)]
    expected = len(real) / 256
    chi_square = sum((count - expected) ** 2 / expected for count in counts)
    assert chi_square < 350  # 255 degrees of freedom: passed once in 12,000 times by chance


def test_more_outcomes_than_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="rows"):
        make_table(7, STATUSES, rows=19)


@pytest.mark.parametrize("cut", [0, 3, 15, 16 + ROW_BYTES - 1, -1])
def test_a_table_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(TableInvalid):
        OutcomeTable.parse(make_table(7, STATUSES, rows=64)[:cut])


def test_a_table_out_of_order_is_refused() -> None:
    raw = make_table(7, STATUSES, rows=64)
    rows = [raw[at : at + ROW_BYTES] for at in range(16, len(raw), ROW_BYTES)]
    random.Random(1).shuffle(rows)
    with pytest.raises(TableInvalid):
        OutcomeTable.parse(raw[:16] + b"".join(rows))
    with pytest.raises(TableInvalid):
        OutcomeTable.parse(raw[:16] + rows[0] * 64)


@given(data=st.binary(max_size=2000))
def test_no_bytes_end_the_parser(data: bytes) -> None:
    for raw in (data, b"CXO1" + data):
        try:
            table = OutcomeTable.parse(raw)
        except TableInvalid:
            continue
        assert table.find(KEYS[0]) is None


def test_an_empty_table_finds_nothing() -> None:
    assert OutcomeTable.parse(make_table(7, {}, rows=0)).find(KEYS[0]) is None


FIXED = [new_code() for _ in range(20)]
