"""Two officials: one uploads a package, the other looks at it and publishes it."""

from __future__ import annotations

import shutil

import pytest

from tests.factories.packages import Node
from tests.journeys.browser import DESKTOP, PHONE, follow, until, watched
from tests.journeys.staff import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def finish_job(seen) -> None:
    """Wait for the job's page to reload itself as finished."""
    seen.page.locator("[data-finished=yes]").wait_for(state="attached", timeout=120_000)


def test_upload_review_and_publication(city, chromium, tmp_path):
    node = Node.make(tmp_path / "node")
    shutil.copytree(
        city.folder / "internal-node" / "keys", node.folder / "keys", dirs_exist_ok=True
    )
    for stale in node.folder.glob("keys/*"):
        if not (city.folder / "internal-node" / "keys" / stale.name).exists():
            stale.unlink()
    package = node.pack("journeyplots", side=8)
    with watched(chromium, city.url) as importer:
        sign_in(importer, city, "importer")
        importer.open("/admin/releases/upload/")
        importer.page.locator("input[type=file]").set_input_files(package)
        importer.page.get_by_role("button", name="上传并校验").click()
        finish_job(importer)
        follow(importer.page.get_by_role("link", name="查看此版本"))
        assert importer.page.get_by_role("button", name="批准并发布").count() == 0
        release_url = importer.page.url
        assert importer.outside == []
    with watched(chromium, city.url) as approver:
        sign_in(approver, city, "approver")
        approver.page.goto(release_url)
        until(
            lambda: approver.page.locator("[data-drawn]").count() == 1,
            seconds=60,
            message=str(approver.complaints),
        )
        assert "质检报告" in approver.page.content()
        approver.page.get_by_role("button", name="批准并发布").click()
        finish_job(approver)
        follow(approver.page.get_by_role("link", name="查看此版本"))
        assert "现行版本" in approver.page.locator("main").inner_text()
        assert approver.outside == []
        assert approver.complaints == []
    tilejson = city.get("/tiles/journeyplots/tilejson.json")
    assert tilejson.status == 200
    release = release_url.rstrip("/").rsplit("/", 1)[1]
    city.manage("release_withdraw", release, "--reason", "测试结束")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_pages_of_releases_and_audits_are_accessible(city, chromium, size):
    with watched(chromium, city.url, viewport=size) as seen:
        sign_in(seen, city, "approver")
        seen.open("/admin/releases/")
        assert seen.axe() == []
        follow(seen.page.locator("main a[href*='/admin/releases/r2']").first)
        seen.page.wait_for_load_state()
        assert seen.axe() == []
        follow(seen.page.locator("main a[href*='/audits/']:not([href$=json])").first)
        seen.page.wait_for_url("**/audits/**")
        assert "审计" in seen.page.locator("main").inner_text()
        assert seen.axe() == []
        assert seen.outside == []
