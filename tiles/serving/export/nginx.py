"""The nginx configuration that serves an export as the portal itself would answer.

It looks at files and folders only and names no release: after the next export it holds as it
stands, and a withdrawal takes effect without a reload.
"""

from __future__ import annotations

import re
from pathlib import Path

from tiles.serving import answers
from tiles.serving.answers import Answer
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

_SERVER = """\
# Written by tiles_export. Context: server { }.
# Tiles exactly as the portal answers them, but for two things: the ETag is nginx's own, and a
# column or row beyond the zoom is 404 where the portal says 400.

location ~ "^/tiles/@LAYER@/@RELEASE@(?:/@GRID@)?/@Z@/@X@/@Y@\\.mvt$" {
    set $tms $grid;
    if ($grid = "") { set $tms WebMercatorQuad; }
    if ($request_method = OPTIONS) { return 460; }
    if ($request_method !~ ^(?:GET|HEAD)$) { return 466; }
    alias @ROOT@/$layer/$release/$tms/$z/$x/$y.mvt;
    gzip_static always;
    gunzip on;
    gzip_vary off;
    types { application/vnd.mapbox-vector-tile mvt; }
    if_modified_since off;
    add_header Last-Modified "";
@TILE_HEADERS@
    log_not_found off;
    recursive_error_pages on;
    error_page 404 = @tile_missing;
@ERROR_PAGES@
}

location ~ "^/tiles/.*\\.mvt$" {
    error_page 461 = @tile_nonsense;
    return 461;
}

location @tile_missing {
@ERROR_PAGES@
    if (-f @ROOT@/$layer/$release/withdrawn) { return 465; }
    if (!-d @ROOT@/$layer/$release) { return 462; }
    if (!-d @ROOT@/$layer/$release/$tms) { return 463; }
    set $inside "";
    if (-f @ROOT@/$layer/$release/$tms/$z/columns/$x) { set $inside "x"; }
    if (-f @ROOT@/$layer/$release/$tms/$z/rows/$y) { set $inside "${inside}y"; }
    if ($inside = "xy") { return 467; }
    return 464;
}
"""

_ARCHIVES = """\
# Written by tiles_export. Context: server { }.
# Whole PMTiles archives, of which readers fetch the ranges they need.

location ~ "^/tiles/@LAYER@/@RELEASE@/@GRID@\\.pmtiles$" {
    if ($request_method = OPTIONS) { return 460; }
    if ($request_method !~ ^(?:GET|HEAD)$) { return 466; }
    alias @ROOT@/$layer/$release/$grid.pmtiles;
    types { application/vnd.pmtiles pmtiles; }
    gzip off;
    max_ranges 1;
    log_not_found off;
@ARCHIVE_HEADERS@
    recursive_error_pages on;
    error_page 404 = @archive_missing;
@ERROR_PAGES@
}

location @archive_missing {
@ERROR_PAGES@
    if (-f @ROOT@/$layer/$release/withdrawn) { return 465; }
    if (!-d @ROOT@/$layer/$release) { return 462; }
    return 463;
}
"""

_WHOLE = """\
# Written by tiles_export: a whole configuration. Try it as it stands:
#   nginx -e stderr -c @ROOT@/nginx/nginx.conf -g 'daemon off;'
pid @ROOT@/nginx/nginx.pid;
error_log stderr warn;
worker_processes auto;
events { worker_connections 4096; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    server_tokens off;
    # How long nginx trusts what it saw of a file, and so how long after an export a withdrawn
    # tile may still be sent.
    open_file_cache max=20000 inactive=60s;
    open_file_cache_valid 1s;
    open_file_cache_errors on;
@TEMPORARY@
    server {
        listen @LISTEN@;
@INCLUDES@
        include @ROOT@/nginx/answers.conf;
@PORTAL@
    }
}
"""

_PORTAL_LOCATION = """\
        # Everything else (pages, TileJSON, style) comes from the portal.
        location / {
            proxy_pass @PORTAL@;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
        }"""


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
    texts = {
        "tiles.conf": _SERVER.replace("@TILE_HEADERS@", _headers(_tile_headers())),
        "archives.conf": _ARCHIVES.replace("@ARCHIVE_HEADERS@", _headers(_archive_headers())),
        "answers.conf": _answers(),
        "nginx.conf": _whole(names, listen, portal),
    }
    folder = out / NGINX_FOLDER
    (folder / "temp").mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in texts.items():
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
        _WHOLE.replace("@INCLUDES@", includes)
        .replace("@TEMPORARY@", temporary)
        .replace("@LISTEN@", listen)
        .replace("@PORTAL@", _PORTAL_LOCATION.replace("@PORTAL@", portal) if portal else "")
    )
