"""Three separate duties, and nobody's own rights: on every path, in the database too."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from portal.core.audit.models import AuditEvent
from portal.core.audit.origin import AuditOriginMiddleware
from portal.staff import second_factor
from portal.staff.errors import DutyConflict, FixedRole, LastKeeper, ResetOnServer
from portal.staff.models import Credential, Posting, Role
from portal.staff.roles import DUTIES, ROLES
from portal.staff.write_roles import write_roles
from tests.factories.officials import PASSWORD, device_of, official, signed_in

pytestmark = pytest.mark.django_db
CONTENT = "layer_approver"


def group(code: str) -> Group:
    return Role.objects.get(code=code).group


def edit(client, user: User, *groups: Group, **fields):
    data = {
        "username": user.username,
        "first_name": user.first_name,
        "is_active": "on",
        "groups": [each.pk for each in groups],
    } | fields
    return client.post(reverse("wagtailusers_users:edit", args=[user.pk]), data)


# -- two duties


@pytest.mark.parametrize("first", [role.code for role in DUTIES])
@pytest.mark.parametrize("second", [*(role.code for role in DUTIES), CONTENT])
def test_a_duty_excludes_every_other_role(first, second):
    if first == second:
        return
    person = official("zhang", first)
    for change in (
        lambda: person.groups.add(group(second)),
        lambda: group(second).user_set.add(person),
        lambda: person.groups.set([group(first), group(second)]),
    ):
        with pytest.raises(DutyConflict), transaction.atomic():
            change()
    assert [each.name for each in person.groups.all()] == [group(first).name]


@pytest.mark.parametrize("duty", [role.code for role in DUTIES])
def test_a_content_role_excludes_the_duties(duty):
    person = official("zhang", CONTENT)
    with pytest.raises(DutyConflict), transaction.atomic():
        person.groups.add(group(duty))


@pytest.mark.parametrize("held", ["system_administrator", CONTENT])
def test_the_database_refuses_a_second_duty_by_itself(held):
    person = official("zhang", held)
    row = {"user_id": person.pk, "group_id": group("audit_administrator").pk}
    through = User.groups.through
    with pytest.raises(IntegrityError, match="duty"), transaction.atomic():
        through.objects.bulk_create([through(**row)])
    with pytest.raises(IntegrityError, match="duty"), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO auth_user_groups (user_id, group_id) VALUES (%s, %s)", list(row.values())
        )


def test_the_database_refuses_to_move_a_membership_into_a_second_duty():
    person = official("zhang", "layer_importer", CONTENT)
    rows = User.groups.through.objects.filter(user=person, group=group(CONTENT))
    with pytest.raises(IntegrityError, match="duty"), transaction.atomic():
        rows.update(group=group("audit_administrator"))


def test_a_duty_holder_becomes_no_superuser_and_gets_no_permissions_beside():
    person = official("zhang", "system_administrator")
    approve = Permission.objects.get(codename="approve_release")
    with pytest.raises(DutyConflict), transaction.atomic():
        person.user_permissions.add(approve)
    person.is_superuser = True
    with pytest.raises(DutyConflict), transaction.atomic():
        person.save()
    with pytest.raises(IntegrityError, match="duty"), transaction.atomic():
        User.objects.filter(pk=person.pk).update(is_superuser=True)


def test_a_superuser_gets_no_duty():
    write_roles()
    person = User.objects.create_superuser("root", password=PASSWORD)
    with pytest.raises(DutyConflict), transaction.atomic():
        person.groups.add(group("audit_administrator"))


def test_what_is_a_duty_cannot_be_changed_in_the_database():
    write_roles()
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Role.objects.update(is_duty=False)
    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Role.objects.filter(is_duty=True)._raw_delete("default")


def test_no_duty_can_draft_or_approve_anything():
    for role in DUTIES:
        person = official(role.code, role.code)
        for permission in (
            "plans.draft_notice", "plans.approve_notice", "policies.edit_policy",
            "feedback.answer_message", "releases.import_release", "releases.approve_release",
        ):  # fmt: skip
            assert not person.has_perm(permission)
        assert not GroupPagePermission.objects.filter(group__user=person).exists()


# -- roles are fixed


def test_a_duty_cannot_be_given_content_permissions():
    write_roles()
    approve = Permission.objects.get(codename="approve_release")
    with pytest.raises(FixedRole), transaction.atomic():
        group("system_administrator").permissions.add(approve)
    with pytest.raises(FixedRole), transaction.atomic():
        approve.group_set.add(group("system_administrator"))
    with pytest.raises(FixedRole), transaction.atomic():
        GroupPagePermission.objects.create(
            group=group("system_administrator"),
            page=Page.get_first_root_node(),
            permission=Permission.objects.get(codename="publish_page"),
        )


def test_wagtails_group_form_is_shut_to_everybody(keeper):
    root = User.objects.create_superuser("root", password=PASSWORD)
    role = group("system_administrator")
    before = set(role.permissions.all())
    approve = Permission.objects.get(codename="approve_release")
    url = reverse("wagtailusers_groups:edit", args=[role.pk])
    for person in (keeper, root):
        answer = signed_in(person).post(url, {"name": role.name, "permissions": [approve.pk]})
        assert answer.status_code == 404
    assert set(role.permissions.all()) == before


def test_writing_the_roles_twice_changes_nothing():
    first = write_roles()
    assert len(first.created) == len(ROLES)
    second = write_roles()
    assert (second.created, second.changed) == ([], [])
    assert set(second.unchanged) == {role.code for role in ROLES}
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()


def test_the_command_says_which_permissions_are_missing(capsys):
    call_command("staff_roles", "--json")
    assert '"missing"' in capsys.readouterr().out


# -- who may


def test_the_security_administrator_gives_and_takes_roles(keeper, colleague):
    client = signed_in(keeper)
    edit(client, colleague, group(CONTENT))
    assert [each.name for each in colleague.groups.all()] == ["图层审批"]
    events = AuditEvent.objects.filter(actor_id=keeper.pk, target_id=str(colleague.pk))
    assert {"account.role_added", "account.role_removed"} <= set(
        events.values_list("action", flat=True)
    )


def test_the_form_explains_why_two_duties_are_refused(keeper, colleague):
    answer = edit(signed_in(keeper), colleague, group("audit_administrator"), group(CONTENT))
    assert "不得兼任其他角色" in answer.content.decode()
    assert [each.name for each in colleague.groups.all()] == ["图层导入"]


def test_nobody_gives_themselves_a_role(keeper):
    edit(signed_in(keeper), keeper, group("audit_administrator"))
    assert [each.name for each in keeper.groups.all()] == ["安全管理员"]


@pytest.mark.parametrize(
    "role", ["system_administrator", "audit_administrator", "layer_approver", "site_editor"]
)
def test_others_cannot_gain_rights_by_a_direct_post(role, keeper):
    person = official("zhang", role)
    client = signed_in(person)
    for target in (person, keeper):
        answer = edit(client, target, group("security_administrator"), is_superuser="on")
        assert answer.status_code == 302
        assert answer["Location"] == "/admin/"
    client.post(
        reverse("wagtailusers_users:add"),
        {"username": "x", "first_name": "x", "password1": PASSWORD, "password2": PASSWORD},
    )
    person.refresh_from_db()
    assert not person.is_superuser
    assert [each.role.code for each in person.groups.all()] == [role]
    assert not User.objects.filter(username="x").exists()


def test_the_form_makes_no_superuser(keeper, colleague):
    edit(signed_in(keeper), colleague, group(CONTENT), is_superuser="on")
    colleague.refresh_from_db()
    assert not colleague.is_superuser


def test_a_superusers_account_is_out_of_the_keepers_reach(keeper):
    root = User.objects.create_superuser("root", password=PASSWORD)
    client = signed_in(keeper)
    edit(client, root, password1="Taken-Over-2035", password2="Taken-Over-2035")
    client.post(reverse("staff:reset_second_factor", args=[root.pk]), {"reason": "试试"})
    root.refresh_from_db()
    assert root.check_password(PASSWORD)
    assert not AuditEvent.objects.filter(action="second_factor.reset").exists()


@pytest.fixture(params=["system_administrator", "audit_administrator"])
def administrator(request) -> User:
    person = official("zhao", request.param)
    device_of(person)
    return person


def test_the_keeper_cannot_become_another_administrator_by_a_new_password(keeper, administrator):
    new = {"password1": "Taken-Over-2035", "password2": "Taken-Over-2035"}
    held = administrator.groups.get()
    page = edit(signed_in(keeper), administrator, held, **new).content.decode()
    assert "manage.py reset_official" in page
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)


def test_the_keeper_cannot_become_another_administrator_by_a_new_second_factor(
    keeper, administrator
):
    client = signed_in(keeper)
    page = reverse("staff:account", args=[administrator.pk])
    assert "重置动态口令</button>" not in client.get(page).content.decode()
    reset = reverse("staff:reset_second_factor", args=[administrator.pk])
    answer = client.post(reset, {"reason": "试试"}, follow=True)
    assert "manage.py reset_official" in answer.content.decode()
    assert administrator.totpdevice_set.filter(confirmed=True).exists()
    assert not AuditEvent.objects.filter(action="second_factor.reset").exists()


def test_the_keeper_cannot_take_a_duty_reset_the_account_and_give_the_duty_back(
    keeper, administrator
):
    client, held = signed_in(keeper), administrator.groups.get()
    edit(client, administrator)
    assert not administrator.groups.exists()
    page = edit(client, administrator, held).content.decode()
    assert "manage.py create_official" in page
    assert not administrator.groups.exists()


def test_the_keeper_makes_no_account_of_another_duty(keeper, administrator):
    data = {"username": "x", "first_name": "x", "password1": PASSWORD, "password2": PASSWORD}
    groups = [administrator.groups.get().pk]
    signed_in(keeper).post(reverse("wagtailusers_users:add"), {**data, "groups": groups})
    assert not User.objects.filter(username="x").exists()


def test_the_keeper_still_stops_unlocks_and_renames_another_administrator(keeper, administrator):
    client, held = signed_in(keeper), administrator.groups.get()
    edit(client, administrator, held, first_name="新名", is_active="")
    administrator.refresh_from_db()
    assert (administrator.first_name, administrator.is_active) == ("新名", False)
    client.post(reverse("staff:unlock", args=[administrator.pk]), {"reason": "本人来电"})
    assert AuditEvent.objects.filter(action="account.unlocked").exists()


def test_no_path_gives_another_administrator_a_password(keeper, administrator, rf):
    request = rf.get("/")
    request.user = keeper

    def take_over(_request):
        administrator.set_password("Taken-Over-2035")
        with pytest.raises(ResetOnServer):
            administrator.save()
        with pytest.raises(ResetOnServer):
            second_factor.reset(administrator)

    AuditOriginMiddleware(take_over)(request)
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)


def test_the_server_resets_another_administrator(administrator, capsys):
    client = signed_in(administrator)
    call_command("reset_official", "zhao")
    name, password = capsys.readouterr().out.strip().split("\t")
    administrator.refresh_from_db()
    assert (name, administrator.check_password(password)) == ("zhao", True)
    assert Credential.must_be_changed(administrator)
    assert not administrator.totpdevice_set.exists()
    assert client.get("/admin/").status_code == 302
    event = AuditEvent.objects.get(action="second_factor.reset")
    assert (event.actor_id, event.target_id) == (None, str(administrator.pk))
    with pytest.raises(CommandError):
        call_command("reset_official", "nobody")


@pytest.mark.parametrize("action", ["assign_role", "set_active_state", "delete"])
def test_bulk_actions_follow_the_same_rules(action, keeper):
    person = official("zhang", "system_administrator")
    url = reverse("wagtail_bulk_action", args=["auth", "user", action])
    data = {"role": group("security_administrator").pk, "mark_as_active": False}
    for client in (signed_in(person), signed_in(keeper)):
        client.post(f"{url}?id={person.pk}&id={keeper.pk}", data)
    assert [each.role.code for each in person.groups.all()] == ["system_administrator"]
    assert User.objects.filter(pk=keeper.pk, is_active=True).exists()


# -- the last keeper


@pytest.mark.parametrize("way", ["clear", "remove", "set", "stop", "delete", "reverse"])
def test_the_last_security_administrator_stays(keeper, way):
    role = group("security_administrator")

    def stop():
        keeper.is_active = False
        keeper.save()

    ways = {
        "clear": keeper.groups.clear,
        "remove": lambda: keeper.groups.remove(role),
        "set": lambda: keeper.groups.set([]),
        "stop": stop,
        "delete": keeper.delete,
        "reverse": lambda: role.user_set.remove(keeper),
    }
    with pytest.raises(LastKeeper), transaction.atomic():
        ways[way]()
    assert User.objects.filter(pk=keeper.pk, is_active=True, groups=role).exists()


def test_the_database_keeps_the_last_security_administrator_by_itself(keeper):
    memberships = User.groups.through.objects.filter(user=keeper)
    with pytest.raises(IntegrityError, match="last security"), transaction.atomic():
        memberships._raw_delete("default")
    with pytest.raises(IntegrityError, match="last security"), transaction.atomic():
        User.objects.filter(pk=keeper.pk).update(is_active=False)


def test_one_of_two_security_administrators_may_go(keeper):
    other = official("other", "security_administrator")
    edit(signed_in(other), keeper, is_active="")
    keeper.refresh_from_db()
    assert not keeper.is_active


# -- postings


def test_the_security_administrator_posts_officials(keeper, colleague, city):
    client = signed_in(keeper)
    data = {"user": colleague.pk, "column": "releases", "region": city.pk}
    client.post(reverse("staff_postings:add"), data)
    posting = Posting.objects.get()
    assert (posting.user, posting.region) == (colleague, city)
    event = AuditEvent.objects.get(action="posting.added")
    assert (event.actor_id, event.region_code) == (keeper.pk, city.code)


def test_nobody_posts_themselves(keeper, city):
    data = {"user": keeper.pk, "column": "releases", "region": city.pk}
    page = signed_in(keeper).post(reverse("staff_postings:add"), data).content.decode()
    assert "不能更改自己的角色" in page
    assert not Posting.objects.exists()


def test_a_posting_that_is_taken_is_recorded(keeper, city):
    person = official("li", CONTENT, region=city)
    posting = person.postings.first()
    signed_in(keeper).post(reverse("staff_postings:delete", args=[posting.pk]))
    assert AuditEvent.objects.filter(action="posting.removed", actor_id=keeper.pk).exists()


# -- new accounts


def test_a_new_account_has_to_choose_a_password_of_its_own(keeper):
    signed_in(keeper).post(
        reverse("wagtailusers_users:add"),
        {
            "username": "new",
            "first_name": "新示例",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "groups": [group(CONTENT).pk],
        },
    )
    person = User.objects.get(username="new")
    assert Credential.objects.get(user=person).must_change
    assert signed_in(person).get("/admin/")["Location"] == reverse("staff:password")


def test_the_first_administrators_come_from_the_command_line(capsys):
    write_roles()
    call_command("create_official", "first", "--name", "甲示例", "--role", "security_administrator")
    name, password = capsys.readouterr().out.strip().split("\t")
    person = User.objects.get(username=name)
    assert person.check_password(password)
    assert person.has_perm("staff.keep_accounts")
    assert Credential.must_be_changed(person)
