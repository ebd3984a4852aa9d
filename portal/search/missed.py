"""Queries without a hit, counted so that nobody can be recognised (无结果检索统计)."""

from __future__ import annotations

import datetime
import re

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.search.models import MissedQuery
from portal.search.question import clean

THRESHOLD = 3
"""From the third time on the text is kept; before, only a keyed hash of it."""
FORGOTTEN_AFTER = datetime.timedelta(days=30)
MAX_HASHES = 5_000
MAX_SIGNS = 40
_BETWEEN_DIGITS = re.compile(r"[\s.()\-\u2010-\u2015\u2212]+")
"""Spaces, dots, brackets, hyphens and dashes: people write them into numbers of telephones."""
_PERSONAL = re.compile(r"\d{6,}|@|https?:")


def record(typed: str) -> None:
    """Count a query that found nothing. Numbers like those of identity cards or telephones,
    mail addresses and long texts are never counted: they may name a person."""
    text = clean(typed)[0]
    if not text or len(text) > MAX_SIGNS or _is_personal(text):
        return
    today = timezone.localdate()
    fingerprint = salted_hmac("portal.search.missed", text, algorithm="sha256").hexdigest()
    with transaction.atomic():
        rows = MissedQuery.objects.filter(fingerprint=fingerprint)
        if not rows.update(times=F("times") + 1, last_on=today):
            forget(today)
            if MissedQuery.objects.filter(text="").count() < MAX_HASHES:
                MissedQuery.objects.get_or_create(
                    fingerprint=fingerprint,
                    defaults={"times": 1, "first_on": today, "last_on": today},
                )
        rows.filter(times__gte=THRESHOLD, text="").update(text=text)


def _is_personal(text: str) -> bool:
    return any(map(_PERSONAL.search, (text, _BETWEEN_DIGITS.sub("", text))))


def forget(today: datetime.date) -> int:
    """Drop hashes that did not come again in time; returns how many."""
    old = MissedQuery.objects.filter(text="", last_on__lt=today - FORGOTTEN_AFTER)
    count, _by_model = old.delete()
    return count
