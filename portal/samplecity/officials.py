"""The sample city's officials: the three administrators, and those who keep the content."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core.regions.models import Region
from portal.samplecity.districts import CITY_CODE
from portal.staff.create import create_official, random_password
from portal.staff.enums import Column
from portal.staff.models import Posting
from portal.staff.write_roles import write_roles


@dataclass(frozen=True)
class Demo:
    """A demo account: full name, roles, and the columns it keeps in the whole city."""

    name: str
    roles: tuple[str, ...]
    columns: tuple[Column, ...] = ()


PEOPLE = {
    "sysadmin": Demo("系统管理员", ("system_administrator",)),
    "secadmin": Demo("安全管理员", ("security_administrator",)),
    "auditor": Demo("审计管理员", ("audit_administrator",)),
    "importer": Demo("导入员", ("layer_importer",), (Column.RELEASES,)),
    "approver": Demo("审批员", ("layer_approver",), (Column.RELEASES,)),
    "editor": Demo("公示编辑", ("notice_editor",), (Column.NOTICES,)),
    "reviewer": Demo("公示审批", ("notice_approver",), (Column.NOTICES,)),
    "registrar": Demo("公示管理员", ("notice_administrator",), (Column.NOTICES,)),
    "clerk": Demo(
        "综合编辑",
        ("policy_editor", "message_handler", "site_editor"),
        (Column.POLICIES, Column.FEEDBACK),
    ),
}
HEAD = (
    "# 用户名\t密码\t姓名\t动态口令（可扫描或手工输入）\n"
    "# 没有身份验证器时 / without an authenticator: manage.py demo_code 用户名\n"
)


def make_people(passwords: Path) -> dict[str, User]:
    """The demo officials; their random passwords and the secrets of their second factors are
    kept in a file that only its owner can read."""
    write_roles()
    city = Region.objects.get(code=CITY_CODE)
    people, lines = {}, []
    for username, demo in PEOPLE.items():
        user = User.objects.filter(username=username).first()
        if user is None:
            password = random_password()
            user = create_official(
                username, name=demo.name, roles=demo.roles, password=password, must_change=False
            )
            device = TOTPDevice.objects.create(user=user, name="totp", confirmed=True)
            lines.append(f"{username}\t{password}\t{demo.name}\t{_secret(device)}\n")
        for column in demo.columns:
            Posting.objects.get_or_create(user=user, region=city, column=column)
        people[username] = user
    if lines:
        _keep(passwords, lines)
    return people


def _secret(device: TOTPDevice) -> str:
    """What an authenticator takes; it speaks of SHA-1, six digits, half minutes."""
    secret = b32encode(device.bin_key).decode().rstrip("=")
    return f"otpauth://totp/{device.user.get_username()}?secret={secret}"


def _keep(passwords: Path, lines: list[str]) -> None:
    passwords.parent.mkdir(parents=True, exist_ok=True)
    new = not passwords.exists()
    passwords.touch(mode=0o600)
    with passwords.open("a", encoding="utf-8") as out:
        out.writelines([HEAD] * new + lines)
