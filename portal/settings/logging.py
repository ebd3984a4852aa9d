"""Logging: one line an event on standard error; no request bodies, no attribute values, no links
that open a subscription.
"""

from __future__ import annotations

import logging
import re
from typing import Any

# Whoever holds the text behind these words may confirm, change or end a subscription.
SECRET_IN_PATH = re.compile(
    r"(/subscriptions/(?:confirm|manage|stop)/)[^/\s?\"'<>]+", re.IGNORECASE
)
# The same text where it stands alone, as in an error's own words: signed, "key:[time:]signature".
SIGNED = re.compile(r"\b[\w-]{16,}(?:(?::|%3A)[\w-]{6,8})?(?::|%3A)[\w-]{43}(?![\w-])")


def without_secrets(text: str) -> str:
    """The text without what would let its reader act for a subscriber."""
    return SIGNED.sub("[…]", SECRET_IN_PATH.sub(r"\1[…]", text))


class LineFormatter(logging.Formatter):
    """The last step before a line is written: holds for every logger, and for tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line with its traceback, secrets blotted out."""
        return without_secrets(super().format(record))


def logging_config(level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "portal.settings.logging.LineFormatter",
                "format": "{asctime} {levelname} {name} {message}",
                "style": "{",
            },
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers know nothing of secrets: one writes the address of each request
            # (runserver), the other one mails whole requests to administrators.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"level": "ERROR"},
            "pyogrio": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},
            "django_tasks_db": {"level": "WARNING"},
            "wagtail": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            "django.db.backends": {"level": "WARNING"},
        },
    }
