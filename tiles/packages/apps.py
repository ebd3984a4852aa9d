"""The signed release package (发布包) as a Django app: management commands only, no models."""

from django.apps import AppConfig


class PackagesConfig(AppConfig):
    """Registers ``release_keys`` and ``release_pack``; holds no model and touches no database."""

    name = "tiles.packages"
    label = "packages"
