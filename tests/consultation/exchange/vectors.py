"""The test vectors of docs/exchange-protocol.md; ``python -m tests.consultation.exchange.vectors``.

Whatever can be is made from fixed keys and fixed bytes. Sealing is random by design: the two
envelopes are kept, and opening them must give what they were made of.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consultation.exchange.protocol.envelope import Recipient, seal
from consultation.exchange.protocol.fountain import packets_of_pass
from consultation.exchange.protocol.frame import Kind, build_frames, object_id
from consultation.exchange.protocol.manifest import FIRST, Entry, Manifest, sign
from consultation.exchange.protocol.sizes import BUCKETS
from consultation.exchange.protocol.suites import (
    HpkeOpener,
    HpkeSealer,
    Sealer,
    SmOpener,
    SmSealer,
)
from consultation.exchange.protocol.ticket import Attachment, Ticket, split, to_bytes

KEPT = Path(__file__).with_name("vectors.json")
PAGE = Path(__file__).parents[3] / "docs" / "exchange-protocol.md"
LINK_KEY = bytes(range(32))
SENDER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DATA = bytes(row % 251 for row in range(BUCKETS[0]))
TICKET = Ticket(
    "report",
    {"text": "示例市示桥镇，占用耕地建房"},
    (Attachment("1.png", "image/png", b"\x89PNG"),),
)
TICKET_ID, EPOCH = bytes(range(16)), 202611


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def part() -> bytes:
    return split(to_bytes(TICKET), TICKET_ID, BUCKETS[0])[0]


def computed() -> dict[str, str]:
    """What any implementation must get from the fixed keys and bytes."""
    frames = [
        build_frames(
            Kind.ENVELOPE, object_id(DATA), len(DATA), packets_of_pass(DATA, row), LINK_KEY
        )
        for row in range(2)
    ]
    entries = (Entry(object_id(DATA), len(DATA)), Entry(bytes(16), BUCKETS[1]))
    manifest = sign(Manifest(TICKET_ID, 82_345, 21_600, FIRST, entries), SENDER)
    return {
        "object id of DATA": object_id(DATA).hex(),
        "frames of pass 0": str(len(frames[0])),
        "SHA-256 of its first frame (source symbol 0)": sha256(frames[0][0]),
        "SHA-256 of its last frame (symbol 48)": sha256(frames[0][-1]),
        "SHA-256 of the first frame of pass 1 (symbol 49)": sha256(frames[1][0]),
        "code of the first frame of pass 0": frames[0][0][-16:].hex(),
        "SHA-256 of the ticket": sha256(to_bytes(TICKET)),
        "SHA-256 of its only part": sha256(part()),
        "SHA-256 of the manifest": sha256(manifest),
        "signature of the manifest": manifest[-64:].hex(),
    }


def sealed() -> dict[str, dict[str, str]]:
    """Fresh keys and envelopes of the part above; made once and kept."""
    hpke, sm = HpkeOpener.generate(), SmOpener.generate()
    made: dict[str, tuple[bytes, bytes, Sealer]] = {
        "1": (hpke.private_key, hpke.public_key(), HpkeSealer(hpke.public_key())),
        "2": (sm.private_key, sm.public_key(), SmSealer(sm.public_key())),
    }
    return {
        suite: {
            "private_key": base64.b64encode(private).decode(),
            "public_key": base64.b64encode(public).decode(),
            "envelope": base64.b64encode(seal(part(), Recipient(sealer, EPOCH))).decode(),
        }
        for suite, (private, public, sealer) in made.items()
    }


def as_table(values: dict[str, str]) -> str:
    rows = "".join(f"| {name} | `{value}` |\n" for name, value in values.items())
    return f"| | |\n|---|---|\n{rows}"


def main() -> None:
    """Write ``vectors.json`` and the table of the page anew."""
    values = computed()
    kept = {"computed": values, "sealed": sealed()}
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    text = PAGE.read_text("utf-8")
    before, marker, _ = text.rpartition("<!-- vectors -->\n")
    PAGE.write_text(before + marker + as_table(values), "utf-8")


if __name__ == "__main__":
    main()
