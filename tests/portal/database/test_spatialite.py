"""The spatial index of SpatiaLite outlives a change of its table."""

from __future__ import annotations

import pytest
from django.db import connection

from tiles.releases.models import ReleaseFeature

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SpatiaLite only; this is PostGIS"),
]


def test_the_spatial_index_is_known_and_filled():
    table = ReleaseFeature._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT spatial_index_enabled FROM geometry_columns WHERE f_table_name = %s", [table]
        )
        assert cursor.fetchone() == (1,)
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
            " AND name LIKE 'gii_%%'",
            [table],
        )
        assert cursor.fetchone() == (1,)
