"""A reading list as a new colleague works through it, without a mouse and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import SMALL, violations
from tests.browser.visitor import Visitor

LIST = "/reading-lists/first-week-on-call"


def press(page: Page, name: str) -> None:
    """Goes to a link or button by its name and presses Enter on it, as a keyboard does."""
    target = page.locator("main").get_by_text(name).first
    target.focus()
    expect(target).to_be_focused()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_first_document_to_the_next_and_back_to_the_list(visitor: Visitor, scripts: bool) -> None:
    page = visitor.open(LIST, java_script_enabled=scripts)
    progress = page.locator(".progress-words").first
    expect(progress).to_contain_text("0 of 15 read")
    press(page, "Begin with: An incident on one page")
    page.wait_for_url("**/guides/incident-one-page/*")
    press(page, "Mark as read, open next: From the page to the review")
    page.wait_for_url("**/guides/incident-process/*")
    press(page, "First week on call")
    page.wait_for_url(f"**{LIST}/*")
    expect(progress).to_contain_text("1 of 15 read")
    expect(page.locator("progress").first).to_have_attribute("value", "1")
    expect(page.locator(".place").first).to_contain_text("read")
    press(page, "Not read")
    page.wait_for_load_state()
    expect(progress).to_contain_text("0 of 15 read")


def test_a_list_half_read_has_no_barrier(visitor: Visitor) -> None:
    page = visitor.open(LIST, phone=True)
    press(page, "Mark as read")
    expect(page.locator(".read").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate(SMALL, 44) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []


def test_paper_has_the_list_and_no_buttons(visitor: Visitor) -> None:
    page = visitor.open(LIST)
    page.emulate_media(media="print")
    assert not page.get_by_text("Mark as read").first.is_visible()
    assert page.get_by_text("From the page to the review").first.is_visible()
