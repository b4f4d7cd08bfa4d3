"""The large box: a combobox while it holds a question, a field of many lines for what is pasted."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import RESULTS, violations
from tests.browser.visitor import Visitor

TRACE = 'Traceback (most recent call last):\n  File "pool.py", line 3, in <module>\nValueError: pool exhausted'
LONG = "the pool is exhausted " * 12
PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  return document.activeElement.dispatchEvent(paste);
}"""


def kind(page: Page) -> str:
    name: str = page.evaluate("document.getElementById('q').localName")
    return name


def test_the_box_is_a_combobox_that_controls_the_hits(visitor: Visitor) -> None:
    page = visitor.open("/")
    box = page.get_by_role("combobox", name="Paste an alert, an error or a log line, or say what you see")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("pool exh")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert page.locator(f"#{box.get_attribute('aria-controls')}").get_attribute("role") == "grid"
    assert page.get_by_role("row").count() == page.locator(".hit").count()
    assert violations(page) == []


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_a_pasted_page_keeps_its_lines_and_is_looked_up_on_enter(visitor: Visitor, phone: bool) -> None:
    page = visitor.open("/", phone=phone)
    page.keyboard.type("seen: ")
    page.evaluate(PASTE, TRACE)
    assert kind(page) == "textarea"
    assert page.locator("#q").input_value() == f"seen: {TRACE}"
    expect(page.locator("#q")).to_be_focused()
    expect(page.get_by_role("button", name="Look this up")).to_be_visible()
    expect(page.locator("#results")).to_be_hidden()
    box, text = page.locator(".box").bounding_box(), page.locator("#q").bounding_box()
    assert box
    assert text
    assert text["width"] > 0.8 * box["width"]
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/lookup")
    expect(page.locator("textarea[name=q]")).to_have_value(f"seen: {TRACE}")


@pytest.mark.parametrize("how", ["click", "Control+Enter"])
def test_a_long_line_is_looked_up(visitor: Visitor, how: str) -> None:
    page = visitor.open(RESULTS)
    page.locator("#q").fill(LONG)
    assert kind(page) == "textarea"
    if how == "click":
        page.get_by_role("button", name="Look this up").click()
    else:
        page.locator("#q").press(how)
    page.wait_for_url("**/lookup")


def test_a_pasted_line_is_a_question(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.insert_text("FATAL: sorry, too many clients already")
    page.wait_for_url("**/search?q=FATAL*")
    assert kind(page) == "input"
    expect(page.get_by_role("button", name="Search")).to_be_visible()


def test_a_box_that_is_emptied_takes_a_question_again(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.evaluate(PASTE, TRACE)
    page.keyboard.press("Escape")
    assert kind(page) == "input"
    expect(page.locator("#q")).to_be_focused()
    expect(page.get_by_role("button", name="Search")).to_be_visible()
    page.keyboard.type("dns")
    page.wait_for_url("**/search?q=dns")


def test_without_scripts_the_box_takes_both(visitor: Visitor) -> None:
    page = visitor.open("/", java_script_enabled=False)
    page.locator("#q").fill(TRACE)
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/lookup")
    page.go_back()
    page.locator("#q").fill("pool exhausted")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/search?q=pool+exhausted")
