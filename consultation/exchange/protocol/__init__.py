"""What both ends of the exchange agree on: bytes, sizes, signatures. Pure; no Django, no files."""
