from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction

from portal.core.audit.canonical import FIRST_PREVIOUS, UnfitFactError
from portal.core.audit.models import AuditEvent
from portal.core.audit.record import record_event
from portal.core.regions.models import Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def official() -> User:
    # Not through save(): making an account is an event itself.
    User.objects.bulk_create([User(username="zhang", first_name="张示例")])
    return User.objects.get()


def test_an_event_keeps_who_did_what_to_what_and_where(official):
    region = Region.objects.create(code="110000", name="示例省", level=1)
    record_event(
        "staff.tested",
        actor=official,
        target=official,
        facts={"理由": "核对", "n": 3},
        region=region,
    )
    event = AuditEvent.objects.get()
    assert (event.sequence, event.previous) == (1, FIRST_PREVIOUS)
    assert (event.actor_id, event.actor_name) == (official.pk, "张示例（zhang）")
    assert (event.target_type, event.target_id) == ("auth.user", str(official.pk))
    assert event.facts == {"理由": "核对", "n": 3}
    assert event.region_code == "110000"
    assert event.hash == event.expected_hash()


def test_events_follow_each_other_without_a_gap(official):
    events = [record_event("staff.tested", actor=None, target=None) for _ in range(3)]
    assert [event.sequence for event in events] == [1, 2, 3]
    assert [event.previous for event in events[1:]] == [event.hash for event in events[:2]]


def test_a_change_that_is_rolled_back_leaves_no_event_and_no_gap():
    with transaction.atomic():
        record_event("staff.tested", actor=None, target=None)
        transaction.set_rollback(True)
    assert record_event("staff.tested", actor=None, target=None).sequence == 1


def test_an_event_outlives_its_actor(official):
    record_event("staff.tested", actor=official, target=None)
    User.objects.filter(pk=official.pk)._raw_delete("default")
    assert AuditEvent.objects.get().actor_name == "张示例（zhang）"


@pytest.mark.parametrize("fact", [1.5, object(), {"a": {1, 2}}, [b"x"]])
def test_facts_that_engines_may_write_differently_are_refused(fact):
    with pytest.raises(UnfitFactError):
        record_event("staff.tested", actor=None, target=None, facts={"x": fact})
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "𠮷𰻝", "\u202e", "'; DROP TABLE x; --"])
def test_odd_texts_are_kept_and_their_hash_holds(text):
    record_event("staff.tested", actor=None, target=None, facts={"text": text, text: 1})
    event = AuditEvent.objects.get()
    assert event.hash == event.expected_hash()


STATEMENTS = {
    "update": "UPDATE audit_auditevent SET action = 'x' WHERE sequence = 1",
    "delete": "DELETE FROM audit_auditevent WHERE sequence = 1",
    "delete the newest": "DELETE FROM audit_auditevent WHERE sequence = 2",
    "insert out of turn": "INSERT INTO audit_auditevent SELECT 9, at, actor_id, actor_name,"
    " address, action, target_type, target_id, target_text, region_code, facts_json, 'p', 'h'"
    " FROM audit_auditevent WHERE sequence = 1",
    "truncate": "TRUNCATE audit_auditevent",
    "replace": "INSERT OR REPLACE INTO audit_auditevent SELECT sequence, at, actor_id, 'other',"
    " address, action, target_type, target_id, target_text, region_code, facts_json, previous, hash"
    " FROM audit_auditevent WHERE sequence = 1",
}
ONE_ENGINE = {"truncate": "postgresql", "replace": "sqlite"}


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_database_refuses_to_change_the_log(name):
    if ONE_ENGINE.get(name, connection.vendor) != connection.vendor:
        pytest.skip(f"{name} is no statement of {connection.vendor}")
    for _ in range(2):
        record_event("staff.tested", actor=None, target=None)
    before = list(AuditEvent.objects.values_list())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(STATEMENTS[name])
    assert list(AuditEvent.objects.values_list()) == before


@pytest.mark.parametrize("change", ["save", "update", "delete", "bulk_update"])
def test_the_orm_cannot_change_the_log(change):
    event = record_event("staff.tested", actor=None, target=None)
    event.action = "staff.forged"
    ways = {
        "save": event.save,
        "update": lambda: AuditEvent.objects.update(action="x"),
        "delete": event.delete,
        "bulk_update": lambda: AuditEvent.objects.bulk_update([event], ["action"]),
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        ways[change]()
    assert AuditEvent.objects.get().action == "staff.tested"
