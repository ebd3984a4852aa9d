"""The WSGI application: the tile endpoint in front, Django's pages behind it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

pages = get_wsgi_application()

from django.conf import settings  # noqa: E402

from tiles.serving.application import TileApplication  # noqa: E402

application = TileApplication(settings.PUBLISHED_DIR, pages)
