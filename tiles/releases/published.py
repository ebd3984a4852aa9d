"""Keeping the release directory on disk equal to the database."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from tiles.releases.directory import (
    Directory,
    PublishedLayer,
    PublishedRelease,
    load_directory,
    write_directory,
)
from tiles.releases.enums import ReleaseState
from tiles.releases.joblock import hold
from tiles.releases.models import Layer, Release


def locks_folder() -> Path:
    return Path(settings.PORTAL_VAR) / "locks"


def release_folder(release: Release) -> Path:
    """Where the archives of a release lie."""
    return Path(settings.PUBLISHED_DIR) / release.layer_id / release.pk


def directory_of_database() -> Directory:
    """The release directory as the database has it now."""
    releases: dict[str, dict[str, PublishedRelease]] = {}
    for release in Release.objects.servable().order_by("version"):
        releases.setdefault(release.layer_id, {})[release.pk] = PublishedRelease(
            release=release.pk,
            withdrawn=release.state == ReleaseState.WITHDRAWN,
            archives=release.archives if release.state == ReleaseState.PUBLISHED else {},
        )
    layers = Layer.objects.filter(code__in=releases).select_related("current")
    return Directory(
        {
            layer.code: PublishedLayer(
                layer.code, layer.current_id or "", layer.profile, releases[layer.code]
            )
            for layer in layers
        }
    )


def sync_directory() -> None:
    """Write the directory anew if it differs from the database.

    Held under a lock and read inside it: of two switches at once the later writer sees both.
    """
    published = Path(settings.PUBLISHED_DIR)
    with hold(locks_folder(), "directory", wait=True):
        wanted = directory_of_database()
        try:
            if load_directory(published) == wanted:
                return
        except (FileNotFoundError, ValueError):
            pass
        write_directory(published, wanted)


def directory_in_step() -> bool:
    """Whether the directory on disk says what the database says."""
    try:
        return load_directory(Path(settings.PUBLISHED_DIR)) == directory_of_database()
    except FileNotFoundError:
        return not Release.objects.servable().exists()


def remove_archives(release: Release) -> None:
    """Delete the archives of a release; nothing happens when there are none."""
    folder = release_folder(release)
    if folder.exists():
        shutil.rmtree(folder)
