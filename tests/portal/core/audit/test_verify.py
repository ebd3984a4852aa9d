from __future__ import annotations

import io
import json
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from portal.core.audit.anchors import drop_anchor
from portal.core.audit.guards import GUARDS
from portal.core.audit.models import AuditEvent
from portal.core.audit.record import record_event
from portal.core.audit.verify import verify_chain
from portal.database import triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(settings, tmp_path):
    """Five events with their anchors; yields the anchor file."""
    settings.AUDIT_ANCHORS = tmp_path / "anchors.jsonl"
    for number in range(5):
        event = record_event("staff.tested", actor=None, target=None, facts={"n": number})
        drop_anchor(event.sequence, event.hash)
    return settings.AUDIT_ANCHORS


def tamper(*statements: str) -> None:
    """What somebody with the whole database in hand can do: the guards are lifted first."""
    triggers.remove(connection, GUARDS)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def kinds(anchors=None, **options) -> list[str]:
    return [str(difference.kind) for difference in verify_chain(anchors, **options).differences]


def test_an_untouched_log_is_sound(log):
    result = verify_chain(log)
    assert result.sound
    assert (result.events, result.last, result.anchors) == (5, 5, 5)


@pytest.mark.parametrize(
    "column",
    [
        "actor_name", "address", "action", "target_type", "target_id", "target_text", "region_code"
    ],
)  # fmt: skip
def test_each_altered_column_is_found(log, column):
    tamper(f"UPDATE audit_auditevent SET {column} = 'forged' WHERE sequence = 3")
    assert kinds(log) == ["altered"]


@pytest.mark.parametrize(
    "change",
    [
        "actor_id = 7",
        "facts_json = '{\"n\": 2}'",
        "at = (SELECT at FROM audit_auditevent WHERE sequence = 1)",
        f"hash = '{'a' * 64}'",
    ],
)
def test_altered_facts_moments_and_hashes_are_found(log, change):
    tamper(f"UPDATE audit_auditevent SET {change} WHERE sequence = 3")
    assert "altered" in kinds()


def test_a_missing_event_is_found_with_its_number(log):
    tamper("DELETE FROM audit_auditevent WHERE sequence IN (2, 3)")
    found = verify_chain(log).differences
    assert [(str(d.kind), d.where) for d in found] == [("missing", {"at": 2, "to": 3})]


def test_a_missing_beginning_is_found(log):
    tamper("DELETE FROM audit_auditevent WHERE sequence = 1")
    assert kinds() == ["missing"]


def test_reordered_events_are_found(log):
    tamper(
        "UPDATE audit_auditevent SET sequence = 99 WHERE sequence = 2",
        "UPDATE audit_auditevent SET sequence = 2 WHERE sequence = 3",
        "UPDATE audit_auditevent SET sequence = 3 WHERE sequence = 99",
    )
    assert {"reordered", "altered"} <= set(kinds())


def test_a_truncated_tail_is_found_by_the_anchors_and_by_the_printed_head(log):
    head = AuditEvent.objects.head().hash
    tamper("DELETE FROM audit_auditevent WHERE sequence > 3")
    assert kinds() == []  # the chain alone cannot know
    assert kinds(log) == ["truncated"]
    assert kinds(expect_head=head) == ["other_head"]
    assert kinds(expect_head=head[:16]) == ["other_head"]


def test_an_emptied_log_is_found(log):
    tamper("DELETE FROM audit_auditevent")
    assert kinds(log) == ["truncated"]


def test_a_chain_that_was_written_anew_does_not_fit_its_anchors(log):
    tamper("DELETE FROM audit_auditevent WHERE sequence > 2")
    for _ in range(3):
        record_event("staff.forged", actor=None, target=None)
    assert kinds() == []
    assert kinds(log) == ["replaced"] * 3


def test_a_forged_anchor_is_found(log):
    lines = log.read_text().splitlines()
    lines[4] = lines[4].replace('"sequence": 5', '"sequence": 4')
    log.write_text("\n".join([*lines, "{nonsense"]) + "\n")
    assert kinds(log) == ["forged_anchor", "forged_anchor"]


def test_a_log_without_its_anchors_is_not_called_sound(log):
    log.unlink()
    (found,) = verify_chain(log).differences
    assert (str(found.kind), found.where) == ("unanchored", {"at": 1, "to": 5})
    assert "第 1 条至第 5 条没有锚点" in found.zh
    assert "events 1 to 5 have no anchor" in found.en
    assert run()[0] == 1


def test_a_new_installation_without_events_needs_no_anchors(settings, tmp_path):
    settings.AUDIT_ANCHORS = tmp_path / "anchors.jsonl"
    assert verify_chain(settings.AUDIT_ANCHORS).sound


def test_anchors_that_lag_behind_the_log_are_found(log):
    for _ in range(2):
        record_event("staff.tested", actor=None, target=None)
    (found,) = verify_chain(log).differences
    assert (str(found.kind), found.where) == ("unanchored", {"at": 6, "to": 7})


def test_an_event_that_was_slipped_in_between_two_anchors_is_found(log):
    record_event("staff.forged", actor=None, target=None)
    event = record_event("staff.tested", actor=None, target=None)
    drop_anchor(event.sequence, event.hash)
    (found,) = verify_chain(log).differences
    assert found.where == {"at": 6, "to": 6}


def test_a_new_anchor_file_speaks_from_its_first_anchor_on(log):
    log.unlink()
    event = record_event("staff.tested", actor=None, target=None)
    drop_anchor(event.sequence, event.hash)
    assert verify_chain(log).sound


@pytest.mark.parametrize("fitting", [True, False])
def test_an_anchor_that_is_just_being_written_is_waited_for(log, fitting):
    event = record_event("staff.tested", actor=None, target=None)
    digest = event.hash if fitting else "a" * 64
    late = threading.Timer(0.5, drop_anchor, (event.sequence, digest))
    late.start()
    found = kinds(log)
    late.join()
    assert found == ([] if fitting else ["replaced"])


def test_a_key_of_their_own_keeps_the_anchors_when_the_secret_key_changes(log, settings):
    settings.AUDIT_ANCHOR_KEY = settings.SECRET_KEY  # what they were sealed with until now
    settings.SECRET_KEY = "the-next-key"
    assert verify_chain(log).sound


def test_a_key_of_their_own_that_is_set_later_keeps_earlier_anchors(log, settings):
    settings.AUDIT_ANCHOR_KEY = "a-key-of-their-own"
    event = record_event("staff.tested", actor=None, target=None)
    drop_anchor(event.sequence, event.hash)
    assert verify_chain(log).sound
    settings.SECRET_KEY = "the-next-key"
    assert kinds(log) == ["forged_anchor"] * 5


def test_anchors_sealed_with_an_earlier_key_still_count(log, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the-next-key"
    assert verify_chain(log).sound


def test_an_expected_head_that_stands_is_found(log):
    assert kinds(log, expect_head=AuditEvent.objects.get(sequence=2).hash.upper()) == []


def run(*arguments: str) -> tuple[int, dict]:
    out = io.StringIO()
    code = 0
    try:
        call_command("verify_audit", "--json", *arguments, stdout=out, stderr=io.StringIO())
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, json.loads(out.getvalue())


def test_the_command_ends_with_zero_on_a_sound_log(log):
    code, document = run()
    assert code == 0
    assert document["sound"]
    assert document["head"] == AuditEvent.objects.head().hash


def test_the_command_ends_with_one_and_says_where_in_both_languages(log):
    tamper("UPDATE audit_auditevent SET action = 'x' WHERE sequence = 4")
    code, document = run()
    assert code == 1
    [difference] = document["differences"]
    assert difference["at"] == 4
    assert "第 4 条" in difference["zh"]
    assert "event 4" in difference["en"]
