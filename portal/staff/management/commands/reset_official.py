"""``reset_official``: a new first password, and the second factor has to be enrolled anew."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.staff.reset import reset_official


class Command(BaseCommand):
    help = (
        "重置工作人员的密码和动态口令，结束其全部登录，打印一次性密码 / "
        "reset an official's password and second factor, end all sessions; prints a first password"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *_args: Any, **options: Any) -> None:
        username = options["username"]
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有用户 {username} / there is no user {username}")
        self.stdout.write(f"{username}\t{reset_official(user)}")
