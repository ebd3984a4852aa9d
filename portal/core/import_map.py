"""The import map that gives our modules the hashed address of each vendored ``.mjs`` file."""

from __future__ import annotations

import base64
import hashlib
import json

from django.templatetags.static import static

# Bare module name -> static path. Our own modules need no entry: Django rewrites their imports.
VENDORED = {"maplibre-gl": "vendor/maplibre-gl/maplibre-gl.mjs"}


def import_map() -> str:
    """The exact text between ``<script type="importmap">`` and ``</script>``."""
    imports = {name: static(path) for name, path in VENDORED.items()}
    return json.dumps({"imports": imports}, separators=(",", ":"), sort_keys=True)


def import_map_source() -> str:
    """The CSP source expression that allows exactly this import map."""
    digest = hashlib.sha256(import_map().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
