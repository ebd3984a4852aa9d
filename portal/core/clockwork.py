"""What has to happen by itself, every few seconds: run beside the worker's queue (定时任务)."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

LOOK_INTERVAL_SECONDS = 5.0


def start_clockwork() -> None:
    """Call each function that ``CLOCKWORK`` names again and again, for as long as the process lives.

    Each has a thread of its own: a mail server that does not answer must not hold up the minute
    at which a notice goes public.
    """
    for path in settings.CLOCKWORK:
        threading.Thread(target=_keep_turning, args=(path,), name=path, daemon=True).start()


def _keep_turning(path: str) -> None:
    while True:
        _turn(path)
        time.sleep(LOOK_INTERVAL_SECONDS)


def _turn(path: str) -> None:
    """One look at what may be due."""
    close_old_connections()
    try:
        import_string(path)()
    except Exception:
        # A failure now must not end the thread; the next look makes up for it.
        logger.exception("%s failed and will be tried again", path)
    close_old_connections()
