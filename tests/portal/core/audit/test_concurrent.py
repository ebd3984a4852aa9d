"""Many writers at once make one chain without gaps; a committed event has left its anchor."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from portal.core.audit.anchors import read_anchors
from portal.core.audit.models import AuditEvent
from portal.core.audit.record import record_event
from portal.core.audit.verify import verify_chain
from portal.core.regions.models import Region
from portal.database import triggers

WRITERS, EACH = 6, 12


@pytest.fixture(autouse=True)
def anchors(settings, tmp_path):
    settings.AUDIT_ANCHORS = tmp_path / "anchors.jsonl"
    return settings.AUDIT_ANCHORS


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain(anchors):
    start, failed = threading.Barrier(WRITERS), []

    def write(writer: int) -> None:
        try:
            start.wait(10)
            for number in range(EACH):
                with transaction.atomic():
                    record_event("t.w", actor=None, target=None, facts={"w": writer, "n": number})
                    transaction.set_rollback(number % 4 == 3)
        except Exception as problem:  # noqa: BLE001 - told by the assertion below
            failed.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[writer]) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    kept = WRITERS * EACH * 3 // 4
    result = verify_chain(anchors)
    assert (result.sound, result.events, result.last) == (True, kept, kept)
    assert result.anchors == kept
    assert {anchor.sequence for anchor in read_anchors(anchors)} == set(range(1, kept + 1))


@pytest.mark.django_db(transaction=True)
def test_an_event_joins_the_transaction_of_its_change(anchors):
    with transaction.atomic():
        Region.objects.create(code="110000", name="示例省", level=1)
        record_event("region.added", actor=None, target=None)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()
    assert not anchors.exists()


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_for_anchors_is_reported_and_does_not_undo_the_change(settings, caplog):
    settings.AUDIT_ANCHORS = "/dev/null/anchors.jsonl"
    record_event("staff.tested", actor=None, target=None)
    assert AuditEvent.objects.count() == 1
    assert "audit anchor could not be written" in caplog.text


@pytest.mark.django_db
def test_the_guards_stand_after_transactional_tests():
    assert triggers.missing(connection) == []
