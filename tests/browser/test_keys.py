"""With the keyboard only: from the first page to a runbook's command on the clipboard."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.test_every_page import RESULTS, RUNBOOK
from tests.browser.visitor import Visitor, clipboard

COPYING = ["clipboard-read", "clipboard-write"]
FOCUS = "() => document.activeElement.id || document.activeElement.textContent.trim()"
OUTLINE = "() => parseFloat(getComputedStyle(document.activeElement).outlineWidth)"


def test_from_home_to_a_command_without_a_mouse(visitor: Visitor) -> None:
    page = visitor.open("/", permissions=COPYING)
    expect(page.locator("#q")).to_be_focused()
    # The arrow comes before the answer: it waits for it.
    page.keyboard.type("pool exhausted")
    page.keyboard.press("ArrowDown")
    first = page.locator("#hits [data-item]").first
    expect(first).to_be_focused()
    expect(first).to_contain_text("PostgreSQL: too many connections")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runbooks/postgresql-connections-exhausted/*#s-mitigation")
    section = page.locator("#s-mitigation")
    expect(section.locator("h2")).to_be_in_viewport()
    page.keyboard.press("c")
    expect(section.get_by_role("button").first).to_have_text("Copied")
    expect(page.locator("#say")).to_have_text("Command copied.")
    command = section.locator(".code code").first.text_content() or ""
    assert command.endswith("\n")
    assert clipboard(page) == command.removesuffix("\n")


def test_c_copies_the_command_of_the_hit_that_has_the_focus(visitor: Visitor) -> None:
    page = visitor.open("/search?q=kind%3Arunbook", permissions=COPYING)
    second = page.locator(".hit").nth(1)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(second.locator("[data-item]")).to_be_focused()
    page.keyboard.press("c")
    expect(second.locator(".copy")).to_have_text("Copied")
    assert clipboard(page) == second.locator(".code code").text_content()


def test_arrows_and_letters_move_through_a_list_and_back_to_the_box(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    items = page.locator("#hits [data-item]")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(items.nth(0)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    assert page.locator("#q").input_value() == "pool exhausted"
    page.keyboard.press("Escape")
    expect(page.locator("#results")).to_be_hidden()
    assert page.locator("#q").input_value() == ""
    page.go_back()
    expect(page.locator("#q")).to_have_value("pool exhausted")
    expect(items.first).to_be_visible()


def test_enter_finishes_the_question_and_goes_to_the_first_hit(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.insert_text("pool exhausted")
    page.wait_for_url("**/search?q=pool+exhausted")
    with page.expect_response("**/search.json?q=pool+exhausted"):
        page.keyboard.press("Enter")
    expect(page.locator("#hits [data-item]").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/runbooks/postgresql-connections-exhausted/**")


def test_a_list_that_one_has_moved_into_stays_when_the_finished_answer_comes(visitor: Visitor) -> None:
    page = visitor.open("/")
    box = page.locator("#q")
    box.fill("pool exhausted")
    page.wait_for_url("**/search?q=pool+exhausted")
    held: list[Route] = []
    page.route("**/search.json?q=pool+exhausted", lambda route: held.append(route))
    with page.expect_request("**/search.json?q=pool+exhausted"):
        box.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator("#hits [data-item]").nth(1)
    expect(second).to_be_focused()
    page.evaluate("document.getElementById('hits').children[1].dataset.same = 'yes'")
    with page.expect_response("**/search.json?q=pool+exhausted"):
        held[0].continue_()
    page.wait_for_function("history.state.typing === false")
    expect(second).to_be_focused()
    expect(page.locator(".hit[data-same]")).to_have_count(1)


def test_a_slash_and_ctrl_k_lead_to_the_box(visitor: Visitor) -> None:
    page = visitor.open(RUNBOOK)
    for key in ("/", "Control+k", "Meta+k"):
        page.locator("#q").blur()
        page.keyboard.press(key)
        expect(page.locator("#q")).to_be_focused()
    assert page.locator("#q").input_value() == ""
    page.keyboard.type("c?/")
    assert page.locator("#q").input_value() == "c?/"


def test_the_keys_explain_themselves_and_single_ones_can_be_turned_off(visitor: Visitor) -> None:
    page = visitor.open(RUNBOOK)
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single keys work").uncheck()
    page.keyboard.press("Escape")
    for _ in range(2):
        page.keyboard.press("/")
        page.keyboard.press("?")
        expect(page.locator("#q")).not_to_be_focused()
        expect(keys).to_be_hidden()
        page.keyboard.press("Control+k")
        expect(page.locator("#q")).to_be_focused()
        # It is remembered.
        page.reload()


def test_tab_goes_through_a_page_in_reading_order_with_a_visible_focus(visitor: Visitor) -> None:
    page = visitor.open(RUNBOOK)
    assert _tab(page, 3) == ["Skip to the text", "Hindsight", "q"]
    _tab(page, 10)
    assert _tab(page, 1) == ["PostgresqlTooManyConnections"]
    assert _tab(page, 11) == [
        "and 4 more",
        "Symptoms",
        "How urgent",
        "First steps",
        "Mitigation",
        "Rollback",
        "Verification",
        "Escalation",
        "Keep for the post-mortem",
        "Prevention",
        "Before the first step: Symptoms, How urgent",
    ]


def _tab(page: Page, times: int) -> list[str]:
    found = []
    for _ in range(times):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE) >= 2
        found.append(page.evaluate(FOCUS))
    return found


def test_the_first_link_skips_to_the_text(visitor: Visitor) -> None:
    page = visitor.open(RUNBOOK)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) == "PostgresqlTooManyConnections"
