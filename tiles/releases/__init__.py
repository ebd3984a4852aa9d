"""Layers and their releases: intake, approval, publication, rollback, withdrawal."""
