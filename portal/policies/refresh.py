"""Keeps the search index true when texts of the library change."""

from __future__ import annotations

from collections.abc import Sequence

from portal.policies.models import Interpretation, Question


def editions_changed(edition_ids: Sequence[int]) -> None:
    """The text or the days of editions changed. Called inside the transaction of the change."""


def editions_gone(edition_ids: Sequence[int]) -> None:
    """Editions are about to be deleted. Called inside the transaction of the change."""


def explanations_changed(*explanations: Interpretation | Question) -> None:
    """Interpretations or questions were written anew."""


def explanations_gone(*explanations: Interpretation | Question) -> None:
    """Interpretations or questions are about to be deleted."""
