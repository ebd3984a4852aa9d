"""``python -m tests.screenshots``: the pictures of README.md, from a running sample city."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.journeys.browser import DESKTOP, PHONE, launch, watched

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PICTURES = {
    "map-desktop": ("/map/", DESKTOP),
    "map-phone": ("/map/", PHONE),
    "home-phone": ("/", PHONE),
    "notice-desktop": ("/plans/990103-2026-0001/", DESKTOP),
}
WIDTH = {"desktop": 900, "phone": 300}


def main() -> int:
    origin = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for name, (path, size) in PICTURES.items():
            with watched(browser, origin, viewport=size) as seen:
                seen.open(path)
                if path == "/map/":
                    seen.wait_for_map()
                    seen.page.wait_for_timeout(3000)
                picture = Image.open(io.BytesIO(seen.page.screenshot())).convert("RGB")
            width = WIDTH[name.rsplit("-", 1)[1]]
            picture = picture.resize((width, round(picture.height * width / picture.width)))
            picture.save(IMAGES / f"{name}.webp", quality=80, method=6)
            print(f"docs/images/{name}.webp {(IMAGES / f'{name}.webp').stat().st_size // 1024} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
