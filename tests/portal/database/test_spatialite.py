"""The spatial index of SpatiaLite outlives a change of its table."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.factories.installation import ROOT
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


OLD_AND_NEW_PROJ = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.dev"
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT InitSpatialMetaData(1)")
    cursor.execute("SELECT AsText(ST_Transform(SetSRID(MakePoint(500000, 3340000), 4547), 4490))")
    print(cursor.fetchone()[0])
from pyproj import Transformer
print(Transformer.from_crs(4547, 4490, always_xy=True).transform(500000, 3340000))
"""


def test_the_systems_proj_and_the_wheels_proj_live_in_one_process(tmp_path):
    """Without the order of loading in portal.settings.geo this process ends with SIGSEGV."""
    environment = {**os.environ, "PORTAL_VAR": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", OLD_AND_NEW_PROJ],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("30.17939") == 2
