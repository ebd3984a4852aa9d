"""The second factor (动态口令, TOTP after RFC 6238) and its recovery codes."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core.audit.origin import current_actor
from portal.core.audit.record import record_event
from portal.staff.models import RecoveryCode
from portal.staff.rights import check_reset

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0, 1: they are read wrong
CODE_LENGTH, CODE_GROUP = 16, 4  # 80 bits


class Outcome(StrEnum):
    """What became of a code."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    TOO_SOON = "too_soon"


@dataclass(frozen=True)
class Checked:
    """The outcome, the device that stands for the sign-in, and the wait in seconds."""

    outcome: Outcome
    device: TOTPDevice | None = None
    wait: int = 0
    by_recovery_code: bool = False


def confirmed_device(user: User) -> TOTPDevice | None:
    """The device that an official signs in with."""
    device: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return device


def was_given(user: User) -> bool:
    """Whether the sign-in that ``user`` stands for gave a second factor in force."""
    device = getattr(user, "otp_device", None)
    return device is not None and device.confirmed


@transaction.atomic
def begin_enrolment(user: User) -> TOTPDevice:
    """A device that waits for its first code, with a secret of its own; earlier ones are gone.

    Whoever gave the same password before knew another secret, which is worth nothing now.
    """
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    device: TOTPDevice = TOTPDevice.objects.create(user=user, name="totp", confirmed=False)
    record_event("second_factor.enrolment_begun", actor=None, target=user)
    return device


def waiting_device(user: User, pk: int | None) -> TOTPDevice | None:
    """The device of one sign-in that waits for its first code; None once another one began."""
    waiting = TOTPDevice.objects.filter(user=user, pk=pk, confirmed=False)
    device: TOTPDevice | None = waiting.first()
    return device


def qr_image(device: TOTPDevice) -> str:
    """The QR code of a device as a ``data:`` address of an SVG image."""
    image: str = segno.make(device.config_url, error="m").svg_data_uri(scale=4, border=3)
    return image


@transaction.atomic
def check_code(user: User, device: TOTPDevice, code: str) -> Checked:
    """Try a code of the device; one that was accepted is not accepted again.

    Wrong codes make the next try wait twice as long each time. The row is locked, so that two
    requests with the same code are not both accepted.
    """
    locked = TOTPDevice.objects.select_for_update().filter(pk=device.pk, user=user).first()
    if locked is None:
        return Checked(Outcome.WRONG)
    allowed, reason = locked.verify_is_allowed()
    if not allowed:
        until = reason["locked_until"]
        return Checked(
            Outcome.TOO_SOON, wait=max(1, ceil((until - timezone.now()).total_seconds()))
        )
    if code.isascii() and code.isdigit() and len(code) == locked.digits:
        accepted = locked.verify_token(code)
    else:
        accepted = False
        locked.throttle_increment()
    return Checked(Outcome.ACCEPTED, locked) if accepted else Checked(Outcome.WRONG)


@transaction.atomic
def check_sign_in(user: User, device: TOTPDevice, text: str) -> Checked:
    """A code of the device, or one of the recovery codes."""
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) == CODE_LENGTH and _use_recovery_code(user, code):
        left = user.recovery_codes.filter(used_at=None).count()
        record_event(
            "second_factor.recovery_code_used", actor=user, target=user, facts={"left": left}
        )
        return Checked(Outcome.ACCEPTED, device, by_recovery_code=True)
    return check_code(user, device, code)


@transaction.atomic
def confirm(user: User, device: TOTPDevice) -> list[str]:
    """Put a device whose first code was right in force; returns new recovery codes."""
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    codes = new_recovery_codes(user)
    record_event("second_factor.enrolled", actor=user, target=user)
    return codes


@transaction.atomic
def reset(user: User) -> None:
    """Take device and recovery codes away: the next sign-in enrols anew.

    Raises ``ResetOnServer`` for another administrator's.
    """
    check_reset(current_actor(), user)
    TOTPDevice.objects.filter(user=user).delete()
    user.recovery_codes.all().delete()


# -- recovery codes


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Codes in groups of four, shown once; the earlier ones are gone."""
    user.recovery_codes.all().delete()
    codes = [_random_code() for _ in range(settings.RECOVERY_CODES)]
    for code in codes:
        salt = secrets.token_hex(16)
        RecoveryCode.objects.create(user=user, salt=salt, digest=_digest(salt, code))
    parts = range(0, CODE_LENGTH, CODE_GROUP)
    return ["-".join(code[start : start + CODE_GROUP] for start in parts) for code in codes]


def _random_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _digest(salt: str, code: str) -> str:
    # 80 random bits: nothing that a slow hash would make harder to guess.
    return hashlib.sha256(f"{salt}:{code}".encode()).hexdigest()


def _use_recovery_code(user: User, code: str) -> bool:
    for row in user.recovery_codes.select_for_update().filter(used_at=None):
        if constant_time_compare(_digest(row.salt, code), row.digest):
            row.used_at = timezone.now()
            row.save(update_fields=["used_at"])
            return True
    return False
