"""Elder mode (适老版) on every public page, measured in a real browser; and reading aloud."""

from __future__ import annotations

import pytest

from tests.journeys.browser import follow, until
from tests.journeys.seeing import (
    CONTRAST,
    ELDER_LEADING,
    ELDER_TARGET_PX,
    ELDER_TEXT_PX,
    choose_elder,
    measure,
    overflow,
)

pytestmark = pytest.mark.browser


def assert_large(seen):
    assert measure(seen, f"smallTexts({ELDER_TEXT_PX}, {ELDER_LEADING})") == []
    assert measure(seen, f"smallTargets({ELDER_TARGET_PX})") == []
    assert measure(seen, f"faintTexts({CONTRAST})") == []
    assert overflow(seen) <= 0


def test_text_targets_and_contrast_are_large_enough_on_desktop(elder_on_desktop):
    assert_large(elder_on_desktop)


def test_text_targets_and_contrast_are_large_enough_on_a_phone(elder_on_phone):
    assert_large(elder_on_phone)


def test_no_rule_of_accessibility_is_violated(elder_on_phone):
    assert elder_on_phone.axe() == []


def test_the_measure_itself_finds_small_text_small_targets_and_faint_text(visit):
    seen = visit("/help/")
    assert measure(seen, f"smallTexts({ELDER_TEXT_PX}, {ELDER_LEADING})")
    assert measure(seen, f"smallTargets({ELDER_TARGET_PX})")
    seen.page.evaluate("document.querySelector('h1').style.color = '#999'")
    assert any("h1" in each for each in measure(seen, f"faintTexts({CONTRAST})"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_switch_works_and_is_remembered_until_it_is_undone(visit, script):
    seen = visit("/help/?a=1", java_script_enabled=script)
    follow(seen.page.get_by_role("button", name="适老版"))
    assert seen.page.url.endswith("/help/?a=1")
    assert seen.page.locator("html[data-display=elder]").count() == 1
    seen.open("/feedback/")
    assert seen.page.locator("html[data-display=elder]").count() == 1
    follow(seen.page.get_by_role("button", name="标准版"))
    assert seen.page.locator("html[data-display]").count() == 0
    assert seen.page.context.cookies() == []


def test_the_header_folds_and_unfolds_without_a_script(visit):
    seen = visit("/robots.txt", java_script_enabled=False)
    choose_elder(seen)
    seen.open("/help/")
    tall = seen.page.locator(".header").bounding_box()["height"]
    seen.page.get_by_role("button", name="收起页眉").click()
    low = seen.page.locator(".header").bounding_box()["height"]
    assert low < tall - 40
    assert not seen.page.locator(".menu").is_visible()
    seen.page.get_by_role("button", name="菜单").click()
    assert seen.page.locator(".menu").is_visible()
    seen.page.keyboard.press("Escape")
    assert not seen.page.locator(".menu").is_visible()
    seen.page.get_by_role("button", name="展开页眉").click()
    assert seen.page.locator(".menu").is_visible()


def test_the_page_never_shows_itself_small_first(visit):
    seen = visit("/robots.txt")
    choose_elder(seen)
    answer = seen.page.request.get(f"{seen.origin}/help/").text()
    head = answer.partition("</head>")[0]
    assert 'data-display="elder"' in head
    assert "css/elder" in head


# The voice is the browser's; what the page asks it to say is ours, and is written down here.
VOICE = """
window.__said = [];
class Utterance { constructor(text) { this.text = text; } }
Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: Utterance });
Object.defineProperty(window, 'speechSynthesis', { value: {
  cancel() { window.__current = null; },
  speak(utterance) {
    window.__said.push({ text: utterance.text, lang: utterance.lang, rate: utterance.rate });
    window.__current = utterance;
  },
}});
window.__finish = () => window.__current.onend();
"""


@pytest.fixture
def reading(visit):
    seen = visit("/robots.txt")
    choose_elder(seen)
    seen.page.context.add_init_script(VOICE)
    seen.open("/help/")
    return seen.page


def said(page):
    return page.evaluate("window.__said")


def test_the_page_is_read_paragraph_by_paragraph_with_the_place_marked(reading):
    reading.get_by_role("button", name="朗读本页").click()
    assert said(reading)[0]["lang"] == "zh-CN"
    first = reading.locator(".is-read-aloud").inner_text()
    assert said(reading)[0]["text"] in first
    reading.evaluate("window.__finish()")
    assert reading.locator(".is-read-aloud").count() == 1
    assert reading.locator(".is-read-aloud").inner_text() != first
    for _step in range(200):
        if not reading.evaluate("Boolean(window.__current)"):
            break
        reading.evaluate("window.__finish()")
    spoken = "".join(piece["text"] for piece in said(reading))
    assert "在任何一页上方的搜索框中" in spoken
    assert spoken.count("在任何一页上方的搜索框中") == 1
    assert "主办单位" not in spoken
    assert reading.locator(".is-read-aloud").count() == 0
    assert "朗读结束" in reading.locator("[data-read-status]").inner_text()


def test_pause_resume_stop_and_speed(reading):
    play = reading.locator("[data-read-play]")
    play.click()
    reading.evaluate("window.__finish()")
    second = said(reading)[-1]["text"]
    play.click()
    assert play.inner_text() == "继续"
    assert reading.evaluate("window.__current") is None
    play.click()
    assert said(reading)[-1]["text"] == second
    reading.locator("[data-read-speed]").select_option("1.2")
    assert said(reading)[-1] == {"text": second, "lang": "zh-CN", "rate": 1.2}
    reading.locator("[data-read-stop]").click()
    assert reading.locator(".is-read-aloud").count() == 0
    assert play.inner_text() == "朗读本页"


def test_long_paragraphs_are_cut_at_the_ends_of_sentences(reading):
    reading.get_by_role("button", name="朗读本页").click()
    for _step in range(200):
        if not reading.evaluate("Boolean(window.__current)"):
            break
        reading.evaluate("window.__finish()")
    assert max(len(piece["text"]) for piece in said(reading)) < 250


def test_english_pages_are_read_in_english(visit):
    seen = visit("/robots.txt")
    choose_elder(seen)
    seen.page.context.add_init_script(VOICE)
    seen.open("/en/help/")
    seen.page.get_by_role("button", name="Read this page aloud").click()
    assert said(seen.page)[0]["lang"] == "en"


def test_the_bar_is_hidden_where_the_browser_cannot_speak(visit):
    seen = visit("/robots.txt")
    choose_elder(seen)
    seen.page.context.add_init_script("delete window.speechSynthesis")
    seen.open("/help/")
    seen.page.wait_for_timeout(300)
    assert not seen.page.locator("[data-read-aloud]").is_visible()


def test_a_real_voice_or_none_leaves_the_page_in_order(visit):
    seen = visit("/robots.txt")
    choose_elder(seen)
    seen.open("/help/")
    until(lambda: seen.page.locator("[data-read-aloud]").is_visible(), seconds=5)
    seen.page.locator("[data-read-play]").click()
    seen.page.wait_for_timeout(500)
    seen.assert_clean()
