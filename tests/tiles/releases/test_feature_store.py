from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
import shapely
from django.utils import timezone

from tiles.desensitise.features import FeatureTable
from tiles.releases import feature_store
from tiles.releases.feature_store import read_features, to_crs, write_features
from tiles.releases.models import Layer, Release

pytestmark = pytest.mark.django_db
NAMES = ["code", "floors", "share", "open", "date"]


@pytest.fixture
def release(importer) -> Release:
    return Release.objects.create(
        id="r1",
        layer=Layer.objects.create(code="plots", title="示例"),
        version=1,
        state="importing",
        sha256="0" * 64,
        profile={"attribute": [{"name": name} for name in NAMES]},
        imported_by=importer,
        expires_at=timezone.now() + timedelta(days=1),
    )


def table(count: int) -> FeatureTable:
    """Polygons with a hole, a multipolygon, a line and a point; every kind of value, and none."""
    number = np.arange(count)
    x = 500_000.0 + 50.0 * number
    shell = shapely.box(x, 3_340_000.0, x + 40, 3_340_040.0)
    geometry = shapely.difference(shell, shapely.box(x + 10, 3_340_010, x + 20, 3_340_020))
    geometry[0] = shapely.multipolygons([shell[0], shapely.box(0, 3_300_000, 10, 3_300_010)])
    geometry[1] = shapely.linestrings([[500_000, 3_340_000], [500_010, 3_340_030]])
    geometry[2] = shapely.points(500_000, 3_340_000)
    columns = {
        "code": [None if n % 7 == 0 else f"用地\t\\N'{n % 5}" for n in number.tolist()],
        "floors": number.tolist(),
        "share": (number / 7).tolist(),
        "open": (number % 2 == 0).tolist(),
        "date": [None] * count,
    }
    return FeatureTable(
        geometry,
        {name: np.array(values, dtype=object) for name, values in columns.items()},
        "EPSG:4547",
    )


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(feature_store, "BATCH", 7)


def test_what_is_read_is_what_was_written(release, small_batches):
    written, steps = table(50), []
    write_features(release, written, progress=lambda *step: steps.append(step))
    read = read_features(release)
    stored = to_crs(written, "EPSG:4490")
    assert read.crs == "EPSG:4490"
    assert shapely.equals_exact(read.geometry, stored.geometry, tolerance=0.0).all()
    for name in NAMES:
        assert read.attributes[name].tolist() == written.attributes[name].tolist()
        kinds = {type(value) for value in read.attributes[name]}
        assert kinds == {type(value) for value in written.attributes[name].tolist()}
    assert steps[-1] == ("store", 50, 50)


def test_features_read_in_another_crs_are_those_read_and_then_moved(release, small_batches):
    write_features(release, table(50), progress=lambda *_step: None)
    moved = to_crs(read_features(release), "EPSG:4547")
    read = read_features(release, crs="EPSG:4547")
    assert read.crs == "EPSG:4547"
    assert shapely.equals_exact(read.geometry, moved.geometry, tolerance=0.0).all()


def test_a_stored_feature_reads_the_same_one_by_one(release):
    write_features(release, table(20), progress=lambda *_step: None)
    read = read_features(release)
    feature = release.features.get(number=4)
    assert feature.dimension == 2
    assert feature.geometry.srid == 4490
    assert bytes(feature.geometry.wkb) == shapely.to_wkb(read.geometry[3])
    assert feature.properties == {"code": "用地\t\\N'3", "floors": 3, "share": 3 / 7, "open": False}
    assert release.features.get(number=1).properties.keys() == {"floors", "share", "open"}


def test_only_what_is_near_and_asked_for_is_read(release):
    write_features(release, table(50), progress=lambda *_step: None)
    everything = read_features(release)
    west, south, east, north = shapely.bounds(everything.geometry[30])
    near = read_features(release, box=(west, south, east, north))
    assert 1 <= len(near) <= 3
    assert everything.attributes["floors"][30] in near.attributes["floors"]
    assert read_features(release, limit=5).attributes["floors"].tolist() == [0, 1, 2, 3, 4]


def test_a_layer_without_attributes_and_one_without_features(release):
    release.profile = {"attribute": []}
    bare = FeatureTable(table(9).geometry, {}, "EPSG:4547")
    assert len(read_features(release)) == 0
    write_features(release, bare, progress=lambda *_step: None)
    assert len(read_features(release)) == 9
    assert release.features.get(number=9).properties == {}


def test_equal_texts_are_kept_once(release, small_batches):
    write_features(release, table(50), progress=lambda *_step: None)
    codes = read_features(release).attributes["code"]
    assert len({id(value) for value in codes if value is not None}) == 5
