"""A citizen subscribes on a phone, gets the mail, sees version 2 and what changed, and stops."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.factories.installation import Installation
from tests.journeys.browser import DESKTOP, PHONE, Watched, follow, until, watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = """
from tests.factories.notices import published
version = published(title="示例路北侧项目批前公示", place=(113.0, 28.19, 113.01, 28.2),
    body=[("paragraph", "<p>建筑高度三层。</p>")])
print(version.notice.code)
"""
SECOND = """
from portal.plans.models import NoticeVersion
from portal.plans.procedure.decide import approve_version
from portal.plans.procedure.draft import announce_anew
from portal.plans.procedure.submit import submit_version
from tests.factories.notices import approver, registrar
fresh = announce_anew(NoticeVersion.objects.get(), registrar(), "根据意见降低高度")
fresh.body = [("paragraph", "<p>建筑高度两层。</p>")]
fresh.save()
approve_version(submit_version(fresh, registrar()), approver())
"""
COUNT = """
from portal.plans.subscriptions.models import *
print(Subscriber.objects.count(), Subscription.objects.count(), Mail.objects.count())
"""


@pytest.fixture
def mailing(installation: Installation, monkeypatch: Any) -> Iterator[tuple[Installation, Path]]:
    """A served installation that writes its mails into a folder."""
    folder = installation.folder / "outbox"
    monkeypatch.setenv("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
    monkeypatch.setenv("EMAIL_FILE_PATH", str(folder))
    with installation.serving():
        yield installation, folder


def mails(folder: Path) -> list[EmailMessage]:
    """Everything that was sent, the oldest first."""
    found: list[Any] = []
    for path in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime):
        for raw in path.read_bytes().split(b"-" * 79 + b"\n"):
            if raw.strip():
                found.append(message_from_bytes(raw.strip(), policy=policy.default))
    return found


def link(message: EmailMessage, word: str, installation: Installation) -> str:
    body: Any = message.get_body(("plain",))
    found = re.search(rf"{installation.url}(\S*{word}\S*)", body.get_content())
    assert found, body.get_content()
    return found[1]


def check(seen: Watched) -> None:
    """No accessibility violation on the phone nor on the desktop, and nothing sticks out."""
    for size in (DESKTOP, PHONE):
        seen.page.set_viewport_size(size)
        assert seen.axe() == []
        wide = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0


def test_from_a_notice_over_the_mail_to_version_2_and_the_end(chromium, mailing) -> None:
    installation, folder = mailing
    code = installation.shell(FIRST).splitlines()[-1]
    with watched(chromium, installation.url, viewport=PHONE) as seen:
        seen.open(f"/plans/{code}/")
        check(seen)
        follow(seen.page.get_by_role("link", name="有变化时用邮件告诉我"))
        assert "示例路北侧项目批前公示" in seen.page.locator("main").inner_text()
        check(seen)
        seen.page.get_by_label("电子邮箱").fill("citizen@example.com")
        seen.page.get_by_label("我同意保存这个邮箱").check()
        time.sleep(3.1)  # nobody fills a form faster
        follow(seen.page.locator("main").get_by_role("button", name="订阅"))
        seen.page.get_by_role("heading", name="请到邮箱确认").wait_for()
        check(seen)

        [question] = until(lambda: mails(folder), message="no mail to confirm")
        seen.open(link(question, "/confirm/", installation))
        check(seen)
        follow(seen.page.get_by_role("button", name="确认订阅"))
        seen.page.get_by_role("heading", name="订阅已经开始").wait_for()
        check(seen)

        installation.shell(SECOND)
        news = until(lambda: mails(folder)[1:], seconds=150, message="no news")[0]
        assert news["To"] == "citizen@example.com"
        assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        seen.open(link(news, "/changes/", installation))
        text = seen.page.locator("main").inner_text()
        assert "根据意见降低高度" in text
        assert "三" in seen.page.locator("main del").first.inner_text()
        assert "两" in seen.page.locator("main ins").first.inner_text()

        seen.open(link(news, "/manage/", installation))
        check(seen)
        follow(seen.page.get_by_role("link", name="更改"))
        check(seen)
        seen.open(link(news, "/stop/", installation))
        check(seen)
        follow(seen.page.get_by_role("button", name="停止并删除"))
        seen.page.get_by_role("heading", name="已经停止").wait_for()
        check(seen)
        assert seen.page.context.cookies() == []
        seen.assert_clean()
    assert installation.shell(COUNT).splitlines()[-1] == "0 0 0"


def test_the_whole_way_without_javascript(chromium, mailing) -> None:
    installation, folder = mailing
    installation.shell(FIRST)
    with watched(chromium, installation.url, java_script_enabled=False) as seen:
        seen.open("/plans/?kind=pre_approval")
        follow(seen.page.get_by_role("link", name="邮件订阅"))
        seen.page.get_by_label("地区").fill("示例市")
        seen.page.get_by_label("位置", exact=True).fill("113.005,28.195")
        seen.page.get_by_label("电子邮箱").fill("citizen@example.com")
        seen.page.get_by_label("English").check()
        seen.page.get_by_label("我同意保存这个邮箱").check()
        time.sleep(3.1)
        follow(seen.page.locator("main").get_by_role("button", name="订阅"))
        [question] = until(lambda: mails(folder), message="no mail to confirm")
        assert "Please confirm" in question["Subject"]
        seen.open(link(question, "/confirm/", installation))
        follow(seen.page.get_by_role("button", name="Confirm subscription"))
        assert "The subscription has begun" in seen.page.locator("h1").inner_text()
