"""A picture of a notice's place for paper. Who can draw maps registers here; nobody has to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.plans.models import NoticeVersion


@dataclass(frozen=True)
class PlacePicture:
    """A PNG that ``png()`` draws; review number (审图号), scale and data date are lettered on it.

    ``identity`` names everything that it depends on: a layer that was withdrawn since is another.
    """

    identity: str
    width: int
    height: int
    png: Callable[[], bytes]


Drawer = Callable[[NoticeVersion, int, int], PlacePicture | None]
"""``(version, width, height)`` in pixels; None where there is nothing to draw."""

_drawers: list[Drawer] = []


def register(drawer: Drawer) -> None:
    """Draw with ``drawer`` from now on; called once, from an app's ``ready``."""
    _drawers[:] = [drawer]


def place_picture(version: NoticeVersion, width: int, height: int) -> PlacePicture | None:
    """The place with the layers that the notice points to; None without a place or a drawer."""
    if version.bounds is None or not _drawers:
        return None
    return _drawers[0](version, width, height)
