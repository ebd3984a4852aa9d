"""The worker's clock goes on while a mail server takes the connection and never says a word."""

from __future__ import annotations

import os
import signal
import socket

import pytest

from tests.journeys.browser import until

pytestmark = pytest.mark.slow

A_MAIL_WAITS = """
from tests.portal.plans.subscribing import request
request("r@example.com")
"""
APPROVED = """
import datetime
from django.utils import timezone
from tests.factories.notices import approver, submitted
from portal.plans.procedure.decide import approve_version
minute = timezone.now() + datetime.timedelta(seconds=3)
print(approve_version(submitted(publish_at=minute), approver()).state)
"""
STATE = """
from portal.plans.models import NoticeVersion
print(NoticeVersion.objects.get().state)
"""


def test_a_notice_goes_public_at_its_minute_while_the_mail_server_hangs(
    installation, monkeypatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        monkeypatch.setenv("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
        monkeypatch.setenv("EMAIL_HOST", "127.0.0.1")
        monkeypatch.setenv("EMAIL_PORT", str(server.getsockname()[1]))
        monkeypatch.setenv("EMAIL_TIMEOUT", "600")
        installation.shell(A_MAIL_WAITS)
        worker = installation.start("portal_worker")
        try:
            connection, _address = server.accept()
            with connection:
                assert installation.shell(APPROVED).splitlines()[-1] == "approved"
                until(lambda: installation.shell(STATE).endswith("published"), seconds=40)
                connection.setblocking(False)
                # The worker still waits for this server's first word.
                with pytest.raises(BlockingIOError):
                    connection.recv(1)
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
