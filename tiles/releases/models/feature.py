"""The published features of a release."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point, Polygon
from django.db import connections
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from tiles.releases.models.release import Release

STORAGE_SRID = 4490
"""CGCS2000 in degrees; what every published geometry is stored in."""

POINT_AND_LINE_TOLERANCE_DEGREES = 0.0002
"""About 20 m: how near a click must be to a point or a line."""


class ReleaseFeatureQuerySet(QuerySet["ReleaseFeature"]):
    def current(self) -> ReleaseFeatureQuerySet:
        """Features of the releases in force."""
        return self.filter(release__in=Release.objects.current())

    def in_box(
        self, west: float, south: float, east: float, north: float
    ) -> ReleaseFeatureQuerySet:
        """Features whose bounding box meets a box in degrees, through the spatial index.

        SpatiaLite's planner does not use its R*Tree for spatial predicates by itself, so the
        index table is asked first; PostGIS does it with the ``&&`` operator.
        """
        if connections[self.db].vendor == "sqlite":
            table = self.model._meta.db_table
            index = RawSQL(  # noqa: S611 - the table name is ours, the numbers are parameters
                f'SELECT pkid FROM "idx_{table}_geometry"'  # noqa: S608
                " WHERE xmax >= %s AND xmin <= %s AND ymax >= %s AND ymin <= %s",
                (west, east, south, north),
            )
            return self.filter(pk__in=index)
        box = Polygon.from_bbox((west, south, east, north))
        box.srid = STORAGE_SRID
        return self.filter(geometry__bboverlaps=box)

    def at(self, point: Point) -> ReleaseFeatureQuerySet:
        """Features that apply at a point (EPSG:4490, degrees).

        Polygons that cover it; points and lines within about 20 m.
        """
        near = point.buffer(POINT_AND_LINE_TOLERANCE_DEGREES)
        near.srid = point.srid
        return (
            self.in_box(*near.extent)
            .filter(
                Q(geometry__intersects=point) | (Q(dimension__lt=2) & Q(geometry__intersects=near))
            )
            .select_related("release__layer")
            .order_by("release__layer__order", "number")
        )


class ReleaseFeature(models.Model):
    """One published feature (要素); written once, at intake."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="features")
    number = models.PositiveIntegerField()
    """Row in the package, from 1; also the feature id in the tiles."""
    dimension = models.PositiveSmallIntegerField()
    geometry = models.GeometryField(srid=STORAGE_SRID)
    properties = models.JSONField()
    objects = ReleaseFeatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "number"], name="feature_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.release_id}#{self.number}"
