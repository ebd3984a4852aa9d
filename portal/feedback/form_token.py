"""The signed token in every form: when the form was opened, and a random number of its own.

It stands for the CSRF cookie on pages of visitors (see ``portal.core.same_origin``) and tells
programs that fill forms in an instant, forms that lay open for days, and forms sent twice.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass

from django.core import signing
from django.db.models import TextChoices
from django.utils.crypto import constant_time_compare, salted_hmac

from portal.core.keys import key_of, keys_of

FASTEST_SECONDS = 3
OLDEST_SECONDS = 24 * 3600
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is mistaken for something else
CODE_LENGTH = 10
KEY_SETTING = "FEEDBACK_CODE_KEY"


@dataclass(frozen=True)
class FormToken:
    """One opened form."""

    kind: TextChoices
    opened: int
    number: str

    @classmethod
    def fresh(cls, kind: TextChoices) -> FormToken:
        """The token of a form that is opened now."""
        return cls(kind, int(time.time()), secrets.token_hex(16))

    @classmethod
    def read(cls, kind: TextChoices, text: str) -> FormToken | None:
        """The token in ``text``; None where it is not ours, or of another form."""
        try:
            values = signing.loads(text, salt=f"feedback.{kind.value}")
        except signing.BadSignature:
            return None
        return cls(kind, values["t"], values["n"])

    def signed(self) -> str:
        """The text that stands in the form."""
        values = {"t": self.opened, "n": self.number}
        return signing.dumps(values, salt=f"feedback.{self.kind.value}")

    @property
    def age(self) -> float:
        """Seconds since the form was opened."""
        return time.time() - self.opened

    @property
    def is_too_fast(self) -> bool:
        """Whether nobody could have filled the form by hand."""
        return self.age < FASTEST_SECONDS

    @property
    def is_too_old(self) -> bool:
        """Whether the form lay open for longer than a day."""
        return self.age > OLDEST_SECONDS

    @property
    def submission(self) -> str:
        """What the database remembers of the random number."""
        return hashlib.sha256(self.number.encode()).hexdigest()

    @property
    def code(self) -> str:
        """The look-up code: follows from the random number, so that a form sent twice shows it again."""
        digest = salted_hmac("feedback.code", self.number, algorithm="sha256").digest()
        return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CODE_LENGTH])


def code_digest(receipt: str, code: str) -> str:
    """What the database keeps of a look-up code."""
    return _digest(receipt, code, key_of(KEY_SETTING))


def is_code_of(receipt: str, code: str, kept: str) -> bool:
    """Whether ``kept`` is what the database keeps of this code, by the present key or an earlier."""
    digests = [_digest(receipt, code, key) for key in keys_of(KEY_SETTING)]
    return any(constant_time_compare(digest, kept) for digest in digests)


def _digest(receipt: str, code: str, key: str | bytes) -> str:
    typed = "".join(code.upper().split()).replace("-", "")
    value = f"{receipt} {typed}"
    return salted_hmac("feedback.digest", value, key, algorithm="sha256").hexdigest()


def new_receipt(today: str) -> str:
    """A receipt number such as ``F20261125-7KQ2M``; ``today`` as ``YYYYMMDD``."""
    return f"F{today}-{''.join(secrets.choice(ALPHABET) for _each in range(5))}"
