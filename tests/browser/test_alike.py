"""Similar incidents as a reader meets them: on a post-mortem, and beside a long question's results."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import COLOURS, OVERFLOW, POSTMORTEM, SMALL, violations
from tests.browser.visitor import DESKTOP, PHONE, Visitor, settled

QUESTION = "/search?q=replication+lagged+and+the+database+directory+was+removed+by+hand"
OPEN = "() => document.querySelectorAll('#similar details').forEach(each => { each.open = true; })"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_was_seen_before_has_no_barrier_with_all_of_it_open(visitor: Visitor, scheme: str) -> None:
    page = visitor.open(POSTMORTEM, phone=True, color_scheme=scheme)
    page.get_by_role("link", name="similar incident").click()
    expect(page.get_by_role("heading", name="Seen before")).to_be_in_viewport()
    page.evaluate(OPEN)
    for size, target in ((PHONE, 44), (DESKTOP, 24)):
        page.set_viewport_size(size)
        settled(page)
        assert violations(page, COLOURS if scheme == "dark" else None) == []
        assert page.evaluate(SMALL, target) == []
        assert page.evaluate(OVERFLOW) <= 0
    expect(page.locator("#similar table").first).to_be_visible()


def test_how_a_score_is_made_opens_by_keyboard(visitor: Visitor) -> None:
    page = visitor.open(POSTMORTEM)
    page.locator("#similar summary", has_text="How the score").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#similar table").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_long_question_has_incidents_beside_its_results(visitor: Visitor, scripts: bool) -> None:
    page = visitor.open(QUESTION, java_script_enabled=scripts)
    expect(page.locator("#alike h2")).to_have_text("Seen before")
    expect(page.locator("#alike a").first).to_be_visible()


def test_they_come_when_the_question_is_finished_and_go_with_the_next(visitor: Visitor) -> None:
    page = visitor.open("/search")
    page.locator("#q").fill("replication lagged and the database directory was removed by hand")
    page.keyboard.press("Enter")
    expect(page.locator("#alike a").first).to_be_visible()
    page.locator("#q").fill("pool exhausted")
    page.keyboard.press("Enter")
    expect(page.locator("#alike")).to_be_hidden()
    expect(page.locator("#hits")).to_be_visible()


def test_beside_the_results_nothing_runs_over_on_a_phone(visitor: Visitor) -> None:
    page = visitor.open(QUESTION, phone=True)
    expect(page.locator("#alike a").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate(SMALL, 44) == []
    assert page.evaluate(OVERFLOW) <= 0
