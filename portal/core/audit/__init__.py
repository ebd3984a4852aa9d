"""Hash-chained log of what staff did (审计日志)."""
