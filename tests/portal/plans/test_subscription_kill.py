"""A worker that is killed while it sends: nobody misses the mail, nobody gets another one."""

from __future__ import annotations

import os
import signal
from collections import Counter

import pytest

from tests.journeys.browser import until
from tests.portal.plans.mail_server import mail_server

pytestmark = pytest.mark.slow

PREPARE = """
from tests.factories.notices import published
from tests.portal.plans.subscribing import subscribed
for number in range(12):
    subscribed(f"r{number}@example.com")
published()
from portal.plans.subscriptions.tick import tick
from portal.plans.subscriptions.models import Mail
from django.utils import timezone
tick()
Mail.objects.update(next_at=timezone.now())
print(Mail.objects.count())
"""
LEASE_IS_OVER = """
from django.utils import timezone
from portal.plans.subscriptions.models import Mail
print(Mail.objects.filter(state="sending").update(lease_until=timezone.now()))
"""
STATES = """
from portal.plans.subscriptions.models import Mail
print(sorted(set(Mail.objects.values_list("state", flat=True))))
"""


def test_a_worker_killed_while_it_sends(installation, monkeypatch) -> None:
    with mail_server() as server:
        monkeypatch.setenv("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
        monkeypatch.setenv("EMAIL_HOST", "127.0.0.1")
        monkeypatch.setenv("EMAIL_PORT", str(server.port))
        assert installation.shell(PREPARE).splitlines()[-1] == "12"
        server.pause = 0.3
        worker = installation.start("subscriptions_deliver")
        until(lambda: len(server.received) >= 4, seconds=60)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        before = len(server.received)
        assert before < 12
        server.pause = 0.0
        installation.manage("subscriptions_deliver")
        assert int(installation.shell(LEASE_IS_OVER).splitlines()[-1]) <= 1
        installation.manage("subscriptions_deliver")
        assert installation.shell(STATES).splitlines()[-1] == "['sent']"
    counts = Counter(to for to, _message in server.received)
    assert len(counts) == 12
    # The mail in whose very moment the worker died may come twice, and then as the same mail.
    twice = [to for to, count in counts.items() if count > 1]
    assert len(twice) <= 1
    for to in twice:
        assert len({str(message["Message-ID"]) for message in server.to(to)}) == 1
