"""How the reading process says what is wrong: by a code. No Django here."""


class CannotRead(Exception):
    """The document cannot be read; ``code`` is one of ``failures``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
