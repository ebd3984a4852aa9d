"""What comes outward: outcomes that only a receipt finds, and the keys to seal to (公告包)."""
