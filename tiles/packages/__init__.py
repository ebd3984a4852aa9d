"""The signed release package: built at the internal node, verified here."""
