"""Who may do what with accounts, the log and reports: pure predicates."""

from __future__ import annotations

from django.contrib.auth.models import User

from portal.staff.models import Role
from portal.staff.roles import SECURITY_ADMINISTRATOR
from portal.staff.scope import Person


def may_keep_accounts(person: Person) -> bool:
    """The security administrator: unlocks, resets, ends sessions, posts officials."""
    return person.is_active and person.has_perm("staff.keep_accounts")


def may_keep_account_of(person: Person, other: User) -> bool:
    """Nobody keeps their own account; a superuser's is kept by superusers."""
    if not may_keep_accounts(person) or person.pk == other.pk:
        return False
    return person.is_superuser or not other.is_superuser


def keeps_another_duty(other: User) -> bool:
    """Whether somebody is system or audit administrator."""
    duties = Role.objects.filter(group__user=other, is_duty=True)
    return duties.exclude(code=SECURITY_ADMINISTRATOR.code).exists()


def may_reset_account_of(person: Person, other: User) -> bool:
    """Gives a new password or takes the second factor away, and could sign in as them.

    Nobody does so with another of the three administrators; the server's command does.
    """
    return may_keep_account_of(person, other) and not keeps_another_duty(other)


def may_read_log(person: Person) -> bool:
    """The audit administrator reads and verifies the log."""
    return person.is_active and person.has_perm("audit.view_auditevent")


def may_export_log(person: Person) -> bool:
    """Takes the log out of the system."""
    return may_read_log(person) and person.has_perm("audit.export_auditevent")


def may_read_reports(person: Person) -> bool:
    """Sees the reports on officials' work."""
    return person.is_active and person.has_perm("audit.view_report")
