"""Texts of the nginx configuration; ``@NAME@`` marks what ``nginx`` fills in."""

from __future__ import annotations

TILES = """\
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

ARCHIVES = """\
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

WHOLE = """\
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

PORTAL = """\
        # Everything else (pages, TileJSON, style) comes from the portal.
        location / {
            proxy_pass @PORTAL@;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Proto $scheme;
        }"""
