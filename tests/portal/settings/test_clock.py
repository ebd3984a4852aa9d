from __future__ import annotations

from datetime import time

import pytest

from portal.settings.env import EnvironmentVariableError, env_clock


@pytest.mark.parametrize(
    ("raw", "clock"),
    [(None, time(3, 0)), ("23:59", time(23, 59)), (" 00:00 ", time(0, 0)), ("", None)],
)
def test_a_time_of_day_is_read(monkeypatch, raw, clock):
    monkeypatch.delenv("AUDIT_LIVE_AT", raising=False)
    if raw is not None:
        monkeypatch.setenv("AUDIT_LIVE_AT", raw)
    assert env_clock("AUDIT_LIVE_AT", "03:00") == clock


@pytest.mark.parametrize("raw", ["3:00", "24:00", "03:60", "03:00:00", "nightly", "03.00"])
def test_anything_else_stops_the_start(monkeypatch, raw):
    monkeypatch.setenv("AUDIT_LIVE_AT", raw)
    with pytest.raises(EnvironmentVariableError, match="AUDIT_LIVE_AT"):
        env_clock("AUDIT_LIVE_AT", "03:00")
