"""Layers, their releases, and what officials need to know about both."""

from tiles.releases.models.audit_run import AuditRun, AuditRunQuerySet
from tiles.releases.models.feature import (
    POINT_AND_LINE_TOLERANCE_DEGREES,
    STORAGE_SRID,
    ReleaseFeature,
    ReleaseFeatureQuerySet,
)
from tiles.releases.models.record import Incident, ReleaseEvent, ReleaseJob
from tiles.releases.models.release import Layer, LayerQuerySet, Release, ReleaseQuerySet

__all__ = [
    "POINT_AND_LINE_TOLERANCE_DEGREES",
    "STORAGE_SRID",
    "AuditRun",
    "AuditRunQuerySet",
    "Incident",
    "Layer",
    "LayerQuerySet",
    "Release",
    "ReleaseEvent",
    "ReleaseFeature",
    "ReleaseFeatureQuerySet",
    "ReleaseJob",
    "ReleaseQuerySet",
]
