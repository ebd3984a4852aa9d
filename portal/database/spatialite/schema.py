"""Schema changes that keep the spatial index alive."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.backends.spatialite.schema import SpatialiteSchemaEditor
from django.contrib.gis.db.models import GeometryField


class SchemaEditor(SpatialiteSchemaEditor):
    def alter_db_table(self, model: Any, old_db_table: str, new_db_table: str) -> None:
        """Rename a table and build its spatial index anew.

        SQLite changes a table by making a new one and renaming it. Django renames the index
        table along, but SpatiaLite then neither knows it (``spatial_index_enabled`` is 0) nor
        fills it (its triggers are gone), so look-ups through the index find nothing.
        """
        super().alter_db_table(model, old_db_table, new_db_table)
        for field in model._meta.local_fields:
            if isinstance(field, GeometryField) and field.spatial_index:
                names = {"table": new_db_table, "column": field.column}
                self.execute(f'DROP TABLE IF EXISTS "idx_{new_db_table}_{field.column}"')
                quoted = {key: self.geo_quote_name(value) for key, value in names.items()}
                self.execute(self.sql_add_spatial_index % quoted)
