"""How much a file may ask of us. What officials upload is not trusted more than any other file."""

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 3_000_000
"""The longest text of the national collection has under 200,000."""
MAX_SECONDS = 30.0
MAX_MEMORY_BYTES = 1024 * 1024 * 1024
MAX_RESULT_BYTES = 40 * 1024 * 1024
MAX_PAGES = 2_000
MAX_ARCHIVE_MEMBERS = 2_000
MAX_UNPACKED_BYTES = 128 * 1024 * 1024
