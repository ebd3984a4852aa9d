"""The answers of the tile endpoint other than a tile, with messages in both languages."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

Headers = list[tuple[str, str]]

CORS: Headers = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("X-Content-Type-Options", "nosniff"),
]
IMMUTABLE = ("Cache-Control", "public, max-age=31536000, immutable")
METHODS = "GET, HEAD, OPTIONS"


@dataclass(frozen=True)
class Answer:
    """A complete response: status line, headers, body."""

    status: str
    headers: Headers = field(default_factory=list)
    body: bytes = b""


def _error(status: str, code: str, zh: str, en: str, *extra: tuple[str, str]) -> Answer:
    body = json.dumps({"error": code, "zh": zh, "en": en}, ensure_ascii=False).encode()
    headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Content-Length", str(len(body))),
        # Errors pass: the release may be published, or the archive mended, in the next second.
        ("Cache-Control", "no-store"),
        *CORS,
        *extra,
    ]
    return Answer(status, headers, body)


NONSENSE = _error(
    "400 Bad Request",
    "bad_tile_path",
    "瓦片地址不正确：应为 /tiles/图层/版本[/瓦片矩阵集]/级别/列/行.mvt，数字须在该级别范围内。",
    "Not a tile address: expected /tiles/layer/release[/tile-matrix-set]/z/x/y.mvt with numbers within the zoom.",
)
UNKNOWN_RELEASE = _error(
    "404 Not Found",
    "unknown_release",
    "没有这个图层或版本。",
    "There is no such layer or release.",
)
UNKNOWN_TMS = _error(
    "404 Not Found",
    "unknown_tile_matrix_set",
    "该版本没有这种瓦片矩阵集。",
    "This release has no tiles in this tile matrix set.",
)
OUTSIDE = _error(
    "404 Not Found",
    "outside",
    "瓦片在该版本的范围或级别之外。",
    "The tile lies outside the bounds or zooms of this release.",
)
WITHDRAWN = _error(
    "410 Gone",
    "withdrawn",
    "该版本已撤回。",
    "This release was withdrawn.",
)
METHOD_NOT_ALLOWED = _error(
    "405 Method Not Allowed",
    "method_not_allowed",
    "瓦片只能读取。",
    "Tiles can only be read.",
    ("Allow", METHODS),
)
DAMAGED = _error(
    "503 Service Unavailable",
    "archive_damaged",
    "该版本的瓦片档案暂时无法读取，已通知维护人员。",
    "The tile archive of this release cannot be read at the moment; the operators are informed.",
    ("Retry-After", "10"),
)
EMPTY = Answer("204 No Content", [IMMUTABLE, *CORS])
PREFLIGHT = Answer(
    "204 No Content",
    [
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, Range"),
        ("Access-Control-Max-Age", "86400"),
        ("Allow", METHODS),
        *CORS,
    ],
)
