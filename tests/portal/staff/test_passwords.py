"""Passwords after MLPS level 3."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from portal.core.audit.models import AuditEvent
from portal.staff.models import Credential
from tests.factories.officials import PASSWORD, official, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab3-efghi", "password_too_short"),
        ("abcdefghij", "password_too_few_kinds"),
        ("ABCDEF123456", "password_too_few_kinds"),
        ("Zhangsan-9876", "password_has_name"),
        ("9876-NASGNAHZ-x", "password_has_name"),
        ("Password123", "password_too_common"),
    ],
)
def test_weak_passwords_are_refused(password, code):
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, User(username="zhangsan"))
    assert code in {error.code for error in refusal.value.error_list}


@pytest.mark.parametrize("password", ["Correct-horse-9", "规划公示-2035-Abc", "aB3aB3aB3aB3"])
def test_strong_passwords_pass(password):
    validate_password(password, User(username="zhangsan"))


def test_the_last_five_passwords_do_not_come_again():
    person = official("zhang")
    used = [PASSWORD] + [f"Number-{number}-Password" for number in range(5)]
    for password in used[1:]:
        validate_password(password, person)
        person.set_password(password)
        person.save()
    for password in used[-5:]:
        with pytest.raises(ValidationError, match="最近5次"):
            validate_password(password, person)
    validate_password(used[0], person)


def test_an_old_password_has_to_be_changed_before_anything_else():
    person = official("zhang", "layer_importer")
    client = signed_in(person)
    assert client.get("/admin/").status_code == 200
    Credential.objects.update(changed_at=timezone.now() - timedelta(days=90, seconds=1))
    for path in ("/admin/", "/admin/releases/", "/admin/account/"):
        assert client.get(path)["Location"] == reverse("staff:password")
    assert "密码已到期" in client.get(reverse("staff:password")).content.decode()
    new = "Another-City-2036"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    client.post(reverse("staff:password"), data)
    assert client.get("/admin/").status_code == 200
    assert (
        AuditEvent.objects.filter(action="account.password_changed").first().actor_id == person.pk
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"old_password": "wrong"}, "当前密码不正确"),
        ({"new_password2": "Different-City-1"}, "不"),
        ({"new_password1": PASSWORD, "new_password2": PASSWORD}, "最近5次"),
    ],
)
def test_a_change_that_breaks_a_rule_is_explained(fields, told):
    person = official("zhang", "layer_importer")
    new = "Another-City-2036"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new} | fields
    answer = signed_in(person).post(reverse("staff:password"), data)
    assert told in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_password_set_by_the_keeper_has_to_be_changed(keeper, colleague):
    signed_in(keeper).post(
        reverse("wagtailusers_users:edit", args=[colleague.pk]),
        {
            "username": colleague.username,
            "first_name": "甲",
            "is_active": "on",
            "groups": [group.pk for group in colleague.groups.all()],
            "password1": "Another-City-2036",
            "password2": "Another-City-2036",
        },
    )
    assert Credential.must_be_changed(colleague)
    assert AuditEvent.objects.filter(
        action="account.password_changed", actor_id=keeper.pk, target_id=str(colleague.pk)
    ).exists()


def test_there_is_one_form_for_ones_own_password_and_none_for_a_picture(colleague):
    client, new = signed_in(colleague), "Another-City-2036"
    page = client.get("/admin/account/").content.decode()
    assert 'name="name_email-' in page
    assert 'type="password"' not in page
    assert 'type="file"' not in page
    client.post(
        "/admin/account/",
        {"password-old_password": PASSWORD, "password-new_password1": new, "password-new_password2": new},
    )  # fmt: skip
    colleague.refresh_from_db()
    assert colleague.check_password(PASSWORD)
