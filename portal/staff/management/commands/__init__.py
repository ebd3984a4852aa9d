"""Commands of the staff area."""
