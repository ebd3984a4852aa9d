"""``demo_code``: the one-time code of a demo account, where nobody's safety depends on it."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice


class Command(BaseCommand):
    help = "演示账号的动态口令，仅限示例环境 / a demo account's code; demo installations only"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("仅限示例环境 / demo installations only")
        device = TOTPDevice.objects.filter(
            user__username=options["username"], confirmed=True
        ).first()
        if device is None:
            raise CommandError("此用户尚未绑定动态口令 / this user has no second factor")
        totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
        totp.time = now = time.time()
        # A code is good once: hand out the oldest that is still accepted and was not used.
        step = max(totp.t() - device.tolerance, device.last_t + 1)
        wait = (step - device.tolerance) * device.step + device.t0 - now
        if wait > 0:
            raise CommandError(f"{wait:.0f} 秒后再试 / try again in {wait:.0f} s")
        totp.time = step * device.step + device.t0
        self.stdout.write(f"{totp.token():0{device.digits}d}")
