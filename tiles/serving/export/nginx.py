"""The nginx configuration that serves an export as the portal itself would answer.

It looks at files and folders only and names no release: after the next export it holds as it
stands, and a withdrawal takes effect without a reload.
"""

from __future__ import annotations

import re
from pathlib import Path

from tiles.serving import answers
from tiles.serving.answers import Answer
from tiles.serving.export import nginx_texts as texts
from tiles.serving.export.errors import FolderNameUnfit

NGINX_FOLDER = "nginx"
DEFAULT_LISTEN = "127.0.0.1:8088"

_FIT = re.compile(r"/[\w./+-]*")
_ADDRESS = re.compile(r"(?:\[[0-9a-fA-F:]+\]|[\w.-]+)(?::\d{1,5})?")
_PORTAL = re.compile(r"https?://[\w.\[\]:-]+")

# Codes that nginx passes on from the checks below to the answer that says why; no client sees
# them.
_INNER = {
    "preflight": (460, answers.PREFLIGHT),
    "nonsense": (461, answers.NONSENSE),
    "unknown_release": (462, answers.UNKNOWN_RELEASE),
    "unknown_tms": (463, answers.UNKNOWN_TMS),
    "outside": (464, answers.OUTSIDE),
    "withdrawn": (465, answers.WITHDRAWN),
    "method": (466, answers.METHOD_NOT_ALLOWED),
    "empty": (467, answers.EMPTY),
}

# The parts of an address, as ``tile_path`` reads them.
_PARTS = {
    "LAYER": "[a-z][a-z0-9_]{1,39}",
    "RELEASE": "[A-Za-z0-9][A-Za-z0-9_-]{0,79}",
    "GRID": "[A-Za-z][A-Za-z0-9_]{1,39}",
    "Z": "0|[1-9][0-9]?",
    "X": "0|[1-9][0-9]{0,9}",
    "Y": "0|[1-9][0-9]{0,9}",
}


def write_nginx(out: Path, form: str, *, listen: str, portal: str) -> list[Path]:
    """Write ``nginx/*.conf`` below an export folder; returns the files.

    ``listen``: address of the whole example; ``portal``: where other requests go, or ``""``.
    Raises ``FolderNameUnfit`` where the path or an address cannot stand in a configuration.
    """
    root = out.resolve().as_posix()
    _check(root, listen, portal)
    names = [
        name
        for name, forms in (("tiles", {"tiles", "both"}), ("archives", {"archives", "both"}))
        if form in forms
    ]
    contents = {
        "tiles.conf": texts.TILES.replace("@TILE_HEADERS@", _headers(_tile_headers())),
        "archives.conf": texts.ARCHIVES.replace("@ARCHIVE_HEADERS@", _headers(_archive_headers())),
        "answers.conf": _answers(),
        "nginx.conf": _whole(names, listen, portal),
    }
    folder = out / NGINX_FOLDER
    (folder / "temp").mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in contents.items():
        if name in {"tiles.conf", "archives.conf"} and name.removesuffix(".conf") not in names:
            continue
        temporary = folder / f".{name}.partial"
        temporary.write_text(_filled(text, root), "utf-8")
        written.append(temporary.replace(folder / name))
    return written


def _filled(text: str, root: str) -> str:
    for part, pattern in _PARTS.items():
        text = text.replace(f"@{part}@", f"(?<{part.lower()}>{pattern})")
    return text.replace("@ERROR_PAGES@", _error_pages()).replace("@ROOT@", root)


def _check(root: str, listen: str, portal: str) -> None:
    for value, pattern in ((root, _FIT), (listen, _ADDRESS), (portal or "http://x", _PORTAL)):
        if not pattern.fullmatch(value):
            raise FolderNameUnfit(
                f"{value} 不能写入 nginx 配置",
                f"{value} cannot stand in an nginx configuration",
                mend_zh="路径只用字母、数字和 . _ + -；地址写成 主机:端口",
                mend_en="use letters, digits and . _ + - in the path; write addresses as host:port",
            )


def _tile_headers() -> answers.Headers:
    return [answers.IMMUTABLE, ("Vary", "Accept-Encoding"), *answers.CORS]


def _archive_headers() -> answers.Headers:
    exposed = "Access-Control-Expose-Headers"
    others = [(name, value) for name, value in answers.CORS if name != exposed]
    return [
        answers.IMMUTABLE,
        *others,
        (exposed, "ETag, Content-Range, Content-Length, Accept-Ranges"),
    ]


def _headers(headers: answers.Headers, indent: str = "    ") -> str:
    return "\n".join(f'{indent}add_header {name} "{value}";' for name, value in headers)


def _error_pages() -> str:
    return "\n".join(f"    error_page {code} = @tile_{name};" for name, (code, _) in _INNER.items())


def _answers() -> str:
    """One named location an answer, with the portal's own status, headers and words."""
    parts = ["# Written by tiles_export. Context: server { }.\n# What is no tile."]
    for name, (_code, answer) in _INNER.items():
        parts.append(f"location @tile_{name} {{\n{_fixed(answer)}\n}}")
    return "\n\n".join(parts) + "\n"


def _fixed(answer: Answer) -> str:
    lines = ["    types { }"]
    for name, value in answer.headers:
        if name == "Content-Type":
            lines.append(f'    default_type "{value}";')
        elif name != "Content-Length":
            lines.append(f'    add_header {name} "{value}" always;')
    body = answer.body.decode().replace("\\", "\\\\").replace("'", "\\'")
    status = answer.status[:3]
    lines.append(f"    return {status} '{body}';" if body else f"    return {status};")
    return "\n".join(lines)


def _whole(names: list[str], listen: str, portal: str) -> str:
    includes = "\n".join(f"        include @ROOT@/nginx/{name}.conf;" for name in names)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"    {kind}_temp_path @ROOT@/nginx/temp/{kind};" for kind in kinds)
    return (
        texts.WHOLE.replace("@INCLUDES@", includes)
        .replace("@TEMPORARY@", temporary)
        .replace("@LISTEN@", listen)
        .replace("@PORTAL@", texts.PORTAL.replace("@PORTAL@", portal) if portal else "")
    )
