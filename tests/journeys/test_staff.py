"""Officials at their own door: in with two factors, out after failures, at work on desk and phone."""

from __future__ import annotations

import pytest

from tests.journeys.browser import DESKTOP, PHONE, until, watched
from tests.journeys.staff import demo_accounts, give_password, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = {"desktop": DESKTOP, "phone": PHONE}
PAGES = {
    "approver": ["/admin/", "/admin/staff/security/", "/admin/staff/password/", "/admin/account/"],
    "secadmin": [
        "/admin/", "/admin/users/", "/admin/users/new/", "/admin/users/edit/4/",
        "/admin/staff/accounts/4/", "/admin/staff_postings/", "/admin/staff_postings/new/",
    ],
    "auditor": ["/admin/", "/admin/staff/audit/", "/admin/staff/audit/5/", "/admin/staff/reports/"],
    "sysadmin": ["/admin/", "/admin/sites/", "/admin/nodes/", "/admin/settings/core/siteidentity/"],
}  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_the_pages_of_officials_are_accessible_and_call_nobody(city, chromium, name, size):
    with watched(chromium, city.url, viewport=SIZES[size]) as seen:
        sign_in(seen, city, name)
        for path in PAGES[name]:
            seen.open(path)
            seen.page.wait_for_timeout(300)  # Wagtail's sidebar draws itself
            assert seen.axe() == [], path
            wide = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, path
        seen.assert_clean()


@pytest.mark.parametrize("size", SIZES)
def test_the_dashboard_greets_whoever_gave_both_factors(city, chromium, size):
    with watched(chromium, city.url, viewport=SIZES[size]) as seen:
        sign_in(seen, city, "approver")
        seen.open("/admin/")
        assert seen.page.locator("h1").inner_text() == "工作台"
        text = seen.page.locator("main").inner_text()
        assert "待办" in text
        assert "已逾期" in text


def test_a_keyboard_is_enough_to_sign_in(city, chromium):
    """The clerk signs in once, without a mouse; the wrong code first."""
    password, _key = demo_accounts(city.folder)["clerk"]
    with watched(chromium, city.url) as seen:
        seen.open("/admin/login/")
        # The browser gives the focus to the first field some time after the page has loaded.
        seen.page.locator("input[name=username]:focus").wait_for()
        keyboard = seen.page.keyboard
        keyboard.type("clerk")
        keyboard.press("Tab")
        keyboard.type(password)
        keyboard.press("Enter")
        seen.page.wait_for_url("**/login/code/")
        assert seen.axe() == []
        keyboard.type("000000")
        keyboard.press("Enter")
        until(lambda: "验证码不正确" in seen.page.locator("main").inner_text())
        assert seen.axe() == []


def test_five_failures_lock_the_door_and_the_page_says_for_how_long(city, chromium):
    with watched(chromium, city.url, viewport=PHONE) as seen:
        for _ in range(5):
            give_password(seen, "nobody-of-that-name", "Wrong-Password-1")
        text = seen.page.locator("main").inner_text()
        assert "登录已锁定" in text
        assert "分钟后再试" in text
        assert seen.axe() == []
        assert seen.outside == []


def test_every_event_of_these_journeys_is_in_a_sound_log(city):
    document = city.manage_json("verify_audit")
    assert document["sound"], document
    assert document["events"] > 20
    assert document["anchors"] >= document["events"]
