from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Layers and their releases: intake, approval, publication, rollback, withdrawal."""

    name = "tiles.releases"
    label = "releases"
    verbose_name = "图层发布"
