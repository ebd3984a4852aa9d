from __future__ import annotations

import pytest

from tiles.desensitise.errors import Refusal
from tiles.releases.directory import load_directory
from tiles.releases.enums import ReleaseState
from tiles.releases.models import Layer
from tiles.releases.rollback import roll_back
from tiles.releases.withdraw import withdraw_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(node, publish):
    return publish(node.pack(version=1)), publish(node.pack(version=2, shift=10))


def test_rollback_puts_the_earlier_release_in_force(two, approver, var):
    first, second = two
    roll_back(second.layer, to=first, by=approver)
    assert Layer.objects.get().current == first
    layer = load_directory(var / "published").layers["plots"]
    assert layer.current == first.pk
    assert set(layer.releases) == {first.pk, second.pk}


def test_rollback_needs_the_permission_to_approve(two, stranger):
    with pytest.raises(Refusal) as refused:
        roll_back(two[1].layer, to=two[0], by=stranger)
    assert refused.value.code == "not_allowed"
    assert Layer.objects.get().current == two[1]


def test_nobody_rolls_back_to_a_withdrawn_release(two, approver):
    withdraw_release(two[0], reason="数据有误", by=approver)
    with pytest.raises(Refusal) as refused:
        roll_back(two[1].layer, to=two[0], by=approver)
    assert refused.value.code == "wrong_state"


def test_withdrawal_removes_features_and_archives_and_keeps_the_record(two, approver, var):
    release = two[1]
    folder = var / "published" / "plots" / release.pk
    assert folder.is_dir()
    withdraw_release(release, reason="数据有误", by=approver)
    assert release.state == ReleaseState.WITHDRAWN
    assert not release.features.exists()
    assert not folder.exists()
    assert Layer.objects.get().current is None
    assert load_directory(var / "published").layers["plots"].releases[release.pk].withdrawn


def test_a_withdrawal_needs_a_reason(two, approver):
    with pytest.raises(Refusal) as refused:
        withdraw_release(two[1], reason="  ", by=approver)
    assert refused.value.code == "reason_missing"


def test_a_waiting_release_can_be_withdrawn_and_was_never_served(node, take_in, approver, var):
    release = take_in(node.pack(version=1))
    withdraw_release(release, reason="重新打包", by=approver)
    assert load_directory(var / "published").layers == {} if (var / "published").exists() else True
