"""Who hears of a notice when it becomes public, is extended or withdrawn, such as search.

Subscribers' mail does not: it is read off the timeline, which is written with the change itself.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from portal.plans.models import NoticeVersion

Listener = Callable[[NoticeVersion], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call ``listener(version)`` after each change that the public can see has been committed.

    It must not fail for what is only a matter of mail or index: it queues, and tries again by itself.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def announce(version: NoticeVersion) -> None:
    """Tell the listeners, once the transaction is committed."""
    for listener in _listeners:
        transaction.on_commit(lambda listener=listener: listener(version))  # type: ignore[misc]
