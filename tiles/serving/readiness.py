"""Readiness of the tile archives, for ``/readyz``."""

from __future__ import annotations

from django.conf import settings

from tiles.pyramid.errors import ArchiveError
from tiles.releases.directory import load_directory
from tiles.serving.archive_facts import archive_facts
from tiles.serving.tile_path import DEFAULT_TMS


def archives_are_readable() -> list[str]:
    """One sentence for each archive of a layer in force that cannot be read.

    Nothing published yet is no problem: an empty portal is ready.
    """
    try:
        directory = load_directory(settings.PUBLISHED_DIR)
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"the release directory cannot be read: {error}"]
    problems = []
    for layer in directory.layers.values():
        release = layer.releases.get(layer.current)
        for tms in {DEFAULT_TMS, *release.archives} if release else ():
            try:
                archive_facts(settings.PUBLISHED_DIR, layer, tms)
            except ArchiveError as error:
                problems.append(f"{tms}: {error}")
    return problems
