"""Counters in memory, written to the database in batches.

A process writes what it holds every ``VISITS_FLUSH_SECONDS`` and when it ends in good order; a
process that is killed loses at most what it counted since the last batch. Nothing about a visitor
is held, not even for a moment: a view is one added to a number.
"""

from __future__ import annotations

import atexit
import datetime
import logging
import threading
from collections import Counter
from multiprocessing.util import Finalize

from django.conf import settings
from django.db import DatabaseError, IntegrityError, close_old_connections, transaction
from wagtail.models import Site

from portal.visits.models import add_views

logger = logging.getLogger(__name__)

Key = tuple[datetime.date, int, str]


class ViewCounter:
    """The counters of this process."""

    def __init__(self) -> None:
        self._held: Counter[Key] = Counter()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._over = threading.Event()
        self._writer: threading.Thread | None = None

    def add(self, key: Key) -> None:
        """One more view; starts the thread that writes, once a process."""
        with self._lock:
            self._held[key] += 1
            if self._writer is None:
                self._start()

    def held(self) -> int:
        """Views that were not written yet."""
        with self._lock:
            return self._held.total()

    def flush(self) -> int:
        """Write what is held; how many views. What cannot be written stays held."""
        with self._writing:
            with self._lock:
                batch, self._held = self._held, Counter()
            if not batch:
                return 0
            try:
                return _write(batch)
            except DatabaseError:
                with self._lock:
                    self._held.update(batch)
                logger.exception("%s views could not be written and stay held", batch.total())
                return 0

    def end(self) -> None:
        """Stop the thread and write the rest: called when the process ends in good order."""
        self._over.set()
        self.flush()

    def _start(self) -> None:
        self._writer = threading.Thread(target=self._run, name="visits", daemon=True)
        self._writer.start()
        # Server workers are children of multiprocessing, which end without atexit.
        Finalize(None, self.end, exitpriority=1)
        atexit.register(self.end)

    def _run(self) -> None:
        while not self._over.wait(settings.VISITS_FLUSH_SECONDS):
            close_old_connections()
            self.flush()
            close_old_connections()


def _write(batch: Counter[Key]) -> int:
    """Write all or nothing; how many views. Those of sites that are gone belong to nothing."""
    try:
        _store(batch)
    except IntegrityError:
        known = _of_known_sites(batch)
        if known == batch:
            raise
        logger.warning("%s views of deleted sites are dropped", batch.total() - known.total())
        _store(known)
        return known.total()
    return batch.total()


def _store(batch: Counter[Key]) -> None:
    with transaction.atomic():
        # In one order everywhere: two processes never wait for each other's rows.
        for key in sorted(batch):
            add_views(*key, batch[key])


def _of_known_sites(batch: Counter[Key]) -> Counter[Key]:
    known = set(Site.objects.values_list("pk", flat=True))
    return Counter({key: views for key, views in batch.items() if key[1] in known})


counter = ViewCounter()
