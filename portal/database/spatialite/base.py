"""Django's SpatiaLite backend, two gaps closed: the metadata, and the index of a changed table."""

from __future__ import annotations

from django.contrib.gis.db.backends.spatialite import base

from portal.database.spatialite.schema import SchemaEditor


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor

    def prepare_database(self) -> None:
        """Create the spatial metadata in one transaction, before Django looks for it.

        Django calls ``InitSpatialMetaData()`` outside a transaction only when the table is
        missing. With SpatiaLite 5.0.1 the triggers made that way break later table rebuilds
        ("no such column: rowid"); ``InitSpatialMetaData(1)`` makes them whole, and in 0.1 s
        instead of 20 s.
        """
        with self.cursor() as cursor:
            cursor.execute("PRAGMA table_info(geometry_columns);")
            if not cursor.fetchall():
                cursor.execute("SELECT InitSpatialMetaData(1)")
        super().prepare_database()
