"""A small SMTP server for tests: it takes mails in, or refuses them, over a real socket."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class MailServer:
    """What came in, and what to answer; ``refuse`` maps a command to an answer such as ``550 no``."""

    port: int = 0
    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    pause: float = 0.0
    """Seconds that the server takes for each mail."""

    def to(self, address: str) -> list[EmailMessage]:
        return [message for to, message in self.received if to == address]


class _Session(socketserver.StreamRequestHandler):
    server: Any

    def answer(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        kept: MailServer = self.server.kept
        recipients: list[str] = []
        self.answer("220 test")
        while line := self.rfile.readline():
            text = line.decode("utf-8", "replace").strip()
            verb = text[:4].upper()
            kept.commands.append(text)
            if verb in kept.refuse:
                self.answer(kept.refuse[verb])
            elif verb == "RCPT":
                recipients.append(text.partition("<")[2].partition(">")[0])
                self.answer("250 ok")
            elif verb == "DATA":
                self.answer("354 go on")
                self._take(kept, recipients)
                time.sleep(kept.pause)
                recipients = []
                self.answer("250 taken")
            elif verb == "QUIT":
                self.answer("221 bye")
                return
            else:
                self.answer("250 ok")

    def _take(self, kept: MailServer, recipients: list[str]) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        message: Any = message_from_bytes(b"".join(lines), policy=policy.default)
        kept.received += [(address, message) for address in recipients]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    kept = MailServer()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        server.kept = kept  # type: ignore[attr-defined]
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield kept
        server.shutdown()
        thread.join()
