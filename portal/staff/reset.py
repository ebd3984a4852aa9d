"""Reset an official's sign-in from the command line: that of the other administrators, above all."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from portal.core.audit.record import record_event
from portal.staff import second_factor
from portal.staff.create import random_password
from portal.staff.models import Credential
from portal.staff.sessions import end_other_sessions


@transaction.atomic
def reset_official(user: User) -> str:
    """A new first password, no second factor, no session; returns the password."""
    password = random_password()
    user.set_password(password)
    user.save()
    Credential.objects.filter(user=user).update(must_change=True)
    second_factor.reset(user)
    end_other_sessions(user)
    facts = {"command": "reset_official"}
    record_event("second_factor.reset", actor=None, target=user, facts=facts)
    return password
