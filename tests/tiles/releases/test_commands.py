from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from tiles.releases.models import Release

pytestmark = pytest.mark.django_db


def run(capsys, *arguments: str) -> dict:
    call_command(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def refused(capsys, *arguments: str) -> dict:
    with pytest.raises(CommandError) as ended:
        call_command(*arguments, "--json")
    assert ended.value.returncode == 1
    return json.loads(capsys.readouterr().out)["refused"]


def test_the_whole_way_by_commands(node, approver, capsys):
    first = run(capsys, "release_import", str(node.pack(version=1)))
    assert first["state"] == "awaiting"
    run(capsys, "release_approve", first["id"], "--by", "approver")
    second = run(capsys, "release_import", str(node.pack(version=2, shift=10)))
    run(capsys, "release_approve", second["id"], "--by", "approver")
    assert run(capsys, "release_audit", second["id"])["passed"]
    assert run(capsys, "release_rollback", "plots", "--to", first["id"])["current"]
    gone = run(capsys, "release_withdraw", second["id"], "--reason", "数据有误")
    assert gone["state"] == "withdrawn"
    listed = run(capsys, "release_list")["releases"]
    assert {fact["id"]: fact["current"] for fact in listed} == {
        first["id"]: True,
        second["id"]: False,
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["release_approve", "r1", "--by", "nobody"], "unknown_user"),
        (["release_approve", "r1", "--by", "approver"], "unknown_release"),
        (["release_rollback", "plots", "--to", "r1"], "unknown_layer"),
        (["release_withdraw", "r1", "--reason", "x"], "unknown_release"),
        (["release_audit", "r1"], "unknown_release"),
        (["release_import", "nowhere.zip"], "bad_archive"),
    ],
)
def test_a_refusal_ends_with_code_1_and_changes_nothing(node, approver, capsys, arguments, code):
    assert refused(capsys, *arguments)["code"] == code
    assert not Release.objects.exists()


def test_a_refusal_is_one_message_in_both_languages(node, approver):
    with pytest.raises(CommandError) as ended:
        call_command("release_audit", "r1")
    message = str(ended.value)
    assert "没有版本" in message
    assert "there is no release" in message
