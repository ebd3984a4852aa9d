from __future__ import annotations

import shutil
import zipfile

import pytest

from tests.factories.packages import Node
from tiles.desensitise.errors import Refusal
from tiles.releases.enums import JobState, ReleaseState
from tiles.releases.models import Incident, Layer, Release, ReleaseFeature, ReleaseJob

pytestmark = pytest.mark.django_db


def nothing_was_kept(var) -> bool:
    return (
        not Release.objects.exists()
        and not Layer.objects.exists()
        and not ReleaseFeature.objects.exists()
        and not any((var / "intake").iterdir())
    )


def test_a_good_package_awaits_approval(node, take_in):
    release = take_in(node.pack(version=1))
    assert release.state == ReleaseState.AWAITING_APPROVAL
    assert release.feature_count == release.features.count() == 36
    assert release.layer.current is None
    assert [event.kind for event in release.events.all()] == ["imported"]


def test_features_are_stored_in_degrees_without_the_owner(node, take_in):
    release = take_in(node.pack(version=1))
    feature = release.features.get(number=1)
    assert feature.geometry.srid == 4490
    assert feature.geometry.extent == pytest.approx((114.0, 30.179, 114.001, 30.181), abs=0.001)
    assert set(feature.properties) == {"YDYHFLDM", "DKBH"}


def test_nothing_of_the_package_stays_in_the_intake_folder(node, take_in, var):
    take_in(node.pack(version=1))
    assert list((var / "intake").iterdir()) == []


def test_a_changed_package_is_refused_and_recorded(node, take_in, var, tmp_path):
    package = node.pack(version=1)
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(changed, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            target.writestr(entry, data + b" " if entry.filename == "quality.json" else data)
    with pytest.raises(Refusal) as refused:
        take_in(changed)
    assert refused.value.code == "hash_mismatch"
    assert nothing_was_kept(var)
    assert Incident.objects.get().code == "hash_mismatch"
    assert ReleaseJob.objects.get().state == JobState.REFUSED


def test_a_package_of_strangers_is_refused(node, take_in, var, tmp_path):
    with pytest.raises(Refusal) as refused:
        take_in(Node.make(tmp_path / "other").pack(version=1))
    assert refused.value.code in {"unknown_key", "too_few_signatures"}
    assert nothing_was_kept(var)


def test_an_older_version_is_refused(node, take_in):
    take_in(node.pack(version=5))
    with pytest.raises(Refusal) as refused:
        take_in(node.pack(version=4, shift=10))
    assert refused.value.code == "older_version"
    assert Release.objects.count() == 1


def test_the_same_package_is_refused_the_second_time(node, take_in):
    package = node.pack(version=1)
    take_in(package)
    with pytest.raises(Refusal) as refused:
        take_in(package)
    assert refused.value.code == "already_imported"


def test_a_missing_file_is_refused(node, take_in, var, tmp_path):
    with pytest.raises(Refusal) as refused:
        take_in(tmp_path / "nowhere.zip")
    assert refused.value.zh
    assert nothing_was_kept(var)


def test_without_a_trust_file_nothing_is_believed(node, take_in, var):
    (var / "trust.json").unlink()
    with pytest.raises(Refusal):
        take_in(node.pack(version=1))
    assert not Release.objects.exists()


def test_the_portal_needs_nothing_of_the_internal_node(node, take_in, publish, tmp_path):
    package = shutil.copy(node.pack(version=1), tmp_path / "handed-over.zip")
    shutil.rmtree(node.folder)
    assert publish(package).is_current
