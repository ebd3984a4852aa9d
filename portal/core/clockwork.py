"""What has to happen by itself, every few seconds: run beside the worker's queue (定时任务)."""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

LOOK_INTERVAL_SECONDS = 5.0


class Clockwork(threading.Thread):
    """Calls each function that ``CLOCKWORK`` names; one that fails is tried again the next time."""

    def __init__(self) -> None:
        super().__init__(name="clockwork", daemon=True)
        self._over = threading.Event()

    def run(self) -> None:
        while True:
            turn()
            if self._over.wait(LOOK_INTERVAL_SECONDS):
                return

    def stop(self) -> None:
        self._over.set()
        self.join()


def turn() -> None:
    """One look at everything that may be due."""
    for path in settings.CLOCKWORK:
        close_old_connections()
        try:
            import_string(path)()
        except Exception:
            # One part that is broken must not stop the others; the next look makes up for it.
            logger.exception("%s failed and will be tried again", path)
    close_old_connections()
