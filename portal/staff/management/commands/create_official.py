"""``create_official``: an account with roles, such as the first security administrator."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.staff.create import UnknownRoleError, create_official, random_password
from portal.staff.errors import RightsRefusal
from portal.staff.roles import ROLES


class Command(BaseCommand):
    help = (
        "新建工作人员账号，打印一次性初始密码 / "
        "make an official's account; prints a first password that has to be changed"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="姓名 / full name")
        parser.add_argument(
            "--role",
            action="append",
            default=[],
            choices=[role.code for role in ROLES],
            help="角色，可重复 / a role, may be repeated",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        username, password = options["username"], random_password()
        if User.objects.filter(username=username).exists():
            raise CommandError(f"用户 {username} 已存在 / the user exists")
        try:
            create_official(
                username,
                name=options["name"],
                roles=options["role"],
                password=password,
                must_change=True,
            )
        except (UnknownRoleError, RightsRefusal) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{username}\t{password}")
