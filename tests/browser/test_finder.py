"""The box at the top of every page: a combobox whose list says the first hits."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_every_page import COLOURS, OVERFLOW, RUNBOOK, SMALL, violations
from tests.browser.visitor import Visitor


def asked(visitor: Visitor, text: str, phone: bool = False) -> tuple[Page, Locator]:
    """A runbook's page with the list open for `text`, and the box."""
    page = visitor.open(RUNBOOK, phone=phone)
    page.keyboard.press("/")
    # Where letters are answered slowly, the list is at first one for fewer of them.
    with page.expect_response(lambda response: f"q={quote_plus(text)}" in response.url):
        page.keyboard.type(text)
    expect(page.get_by_role("option").first).to_be_visible()
    return page, page.get_by_role("combobox", name="Search")


def chosen(box: Locator) -> str | None:
    return box.get_attribute("aria-activedescendant")


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_the_list_has_no_barrier_and_moves_nothing(visitor: Visitor, phone: bool) -> None:
    page, box = asked(visitor, "pool exh", phone)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("listbox")).to_have_id(box.get_attribute("aria-controls") or "")
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == []
    assert page.evaluate(SMALL, 44 if phone else 24) == []
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate("window.moved") < 0.02


def test_arrows_choose_and_enter_opens_where_the_words_are_marked(visitor: Visitor) -> None:
    page, box = asked(visitor, "too many connections")
    assert chosen(box) is None
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    first = page.get_by_role("option").first
    assert chosen(box) == first.get_attribute("id")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowUp")
    assert chosen(box) is None
    page.keyboard.press("ArrowUp")
    assert chosen(box) == page.get_by_role("option").last.get_attribute("id")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    title = first.locator(".heading").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("#found-bar")).to_contain_text("marked")


def test_a_hit_on_the_very_page_leads_to_its_place_there(visitor: Visitor) -> None:
    page, box = asked(visitor, "PostgresqlTooManyConnections")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator("#found-bar")).to_contain_text("marked")
    assert "/runbooks/postgresql-connections-exhausted/" in page.url
    assert chosen(box) is None


def test_control_and_enter_open_beside(visitor: Visitor) -> None:
    page, _ = asked(visitor, "too many connections")
    here = page.url
    page.keyboard.press("ArrowDown")
    for what in ("/runbooks/", "/search?q=too+many+connections"):
        with page.context.expect_page() as opened:
            page.keyboard.press("Control+Enter")
        opened.value.wait_for_url(f"**{what}*" if "?" in what else f"**{what}**")
        page.keyboard.press("ArrowUp")
    assert page.url == here


def test_a_click_opens_a_hit(visitor: Visitor) -> None:
    page, _ = asked(visitor, "certificate expired")
    page.get_by_role("option").nth(1).click()
    page.wait_for_url(lambda address: "postgresql-connections-exhausted" not in address)
    expect(page.locator("#found-bar")).to_be_visible()


def test_enter_without_a_choice_leads_to_all_results(visitor: Visitor) -> None:
    page, _ = asked(visitor, "pool exhausted")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=pool+exhausted")


def test_escape_closes_the_list_then_empties_the_box(visitor: Visitor) -> None:
    page, box = asked(visitor, "pool exh")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    assert box.input_value() == "pool exh"
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert box.input_value() == ""
    expect(box).to_be_focused()


def test_the_list_closes_when_the_focus_goes_on(visitor: Visitor) -> None:
    page, _ = asked(visitor, "pool exh")
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_list_without_hits_says_so(visitor: Visitor) -> None:
    page = visitor.open(RUNBOOK)
    page.keyboard.press("/")
    page.keyboard.type("zzqqxxyy")
    expect(page.locator(".finder-note")).to_contain_text("Nothing found.")
    expect(page.locator("#q")).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#say")).to_have_text("Nothing found.")
    assert violations(page) == []
