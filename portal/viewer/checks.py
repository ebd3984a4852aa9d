"""System checks of the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from portal.viewer.raster.font import FontMissing, find_font


@register("portal")
def map_font_exists(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The pictures of the map can be lettered in Chinese."""
    try:
        find_font(settings.MAP_FONT)
    except FontMissing as problem:
        return [
            Error(
                f"{problem.zh} / {problem.en}",
                hint=f"{problem.mend_zh} / {problem.mend_en}",
                id="portal.viewer.E001",
            )
        ]
    return []
