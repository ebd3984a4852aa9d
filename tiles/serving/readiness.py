"""Readiness of the tile archives, for ``/readyz``."""

from __future__ import annotations

from django.conf import settings

from tiles.pyramid.errors import ArchiveError
from tiles.releases.directory import load_directory
from tiles.serving.archive_facts import archive_facts


def archives_are_readable() -> list[str]:
    """One sentence for each layer in force whose archive cannot be read.

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
        try:
            if layer.current:
                archive_facts(settings.PUBLISHED_DIR, layer)
        except ArchiveError as error:
            problems.append(str(error))
    return problems
