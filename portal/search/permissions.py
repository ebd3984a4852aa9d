"""Who may look at the index; synonyms go by Django's own permissions of their model."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User


def may_see_index(person: User | AnonymousUser) -> bool:
    """Whether a person may see the state of the index and what was searched in vain."""
    return person.is_active and person.has_perm("search_index.view_indexstate")
