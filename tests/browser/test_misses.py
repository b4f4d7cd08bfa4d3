"""What a browser tells of a search, “Was this it?” beside a hit, and the board that all of it feeds."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import PASSWORD
from tests.browser.site import Site
from tests.browser.test_every_page import COLOURS, OVERFLOW, SMALL, violations
from tests.browser.visitor import DESKTOP, PHONE, Visitor, settled

EDITOR = "editor@example.org"
TABS = ("nothing", "unopened", "reworded", "wrong", "synonyms")
PAGES = [*(f"/misses?about={tab}" for tab in TABS), "/misses/synonym?text=wedged", "/runbooks/stub?query=wedged"]
OUTCOME = "**/search/outcome"
# What a page sends while it goes away is no request of the page any more: it is written down before.
KEEP_BEACONS = """() => {
  const send = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (address, form) => {
    sessionStorage.setItem("told", `${sessionStorage.getItem("told") || ""}${form};`);
    return send(address, form);
  };
}"""


@pytest.fixture(scope="module", autouse=True)
def editor(site: Site) -> None:
    site.run("user", "add", EDITOR, "--role", "editor", input=f"{PASSWORD}\n")


def board(visitor: Visitor, path: str, phone: bool = False) -> Page:
    page = visitor.open(f"/login?next={path}", phone=phone)
    page.get_by_label("E-mail").fill(EDITOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")
    return page


def told(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.post_data or "").items()}


def open_first(page: Page) -> dict[str, str]:
    """What is told when the first hit is opened."""
    with page.expect_request(OUTCOME) as telling:
        page.locator("#hits [data-item]").first.click()
    return told(telling.value)


def test_opening_a_result_is_told_and_only_once(visitor: Visitor) -> None:
    page = visitor.open("/search?q=pool+exhausted")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    assert open_first(page) == {"q": "pool exhausted", "opened": "yes"}
    page.wait_for_url("**/runbooks/**")
    page.goto("/")
    assert sum("/search/outcome" in url for url in requests) == 1


def test_a_question_answered_while_it_was_typed_is_counted_when_a_result_is_opened(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.insert_text("pool exhausted")
    page.wait_for_url("**/search?q=pool+exhausted")
    assert open_first(page) == {"q": "pool exhausted", "opened": "yes", "asked": "yes"}


def test_a_question_that_was_typed_and_looked_at_is_finished_when_it_is_left(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.clock.install()
    page.evaluate(KEEP_BEACONS)
    page.keyboard.insert_text("wedged brok")
    page.wait_for_url("**/search?q=wedged+brok")
    settled(page)
    page.clock.fast_forward(4000)
    page.keyboard.insert_text("ers")
    page.wait_for_url("**/search?q=wedged+brokers")
    settled(page)
    page.clock.fast_forward(4000)
    page.goto("/runbooks")
    # The first was typed on, and is none by itself.
    assert page.evaluate("sessionStorage.getItem('told')") == "q=wedged+brokers&opened=no&asked=yes;"


def test_to_copy_a_command_from_a_hit_is_to_have_opened_it(visitor: Visitor) -> None:
    page = visitor.open("/search?q=pool+exhausted", permissions=["clipboard-read", "clipboard-write"])
    with page.expect_request(OUTCOME) as telling:
        page.locator("#hits .copy").first.click()
    assert told(telling.value)["opened"] == "yes"


def test_a_filter_narrows_and_is_no_sign_that_nothing_was_of_use(visitor: Visitor) -> None:
    page = visitor.open("/search?q=connections")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.locator("summary", has_text="Kind").click()
    page.locator(".facet[open] a", has_text="Runbook").click()
    page.wait_for_url("**kind:runbook*")
    assert not any("/search/outcome" in url for url in requests)


def test_a_question_that_led_nowhere_and_the_one_after_it_stand_on_the_board(visitor: Visitor) -> None:
    page = visitor.open("/search?q=wedged+brokers")
    page.goto("/search?q=kafka+under+replicated")
    assert open_first(page) == {"q": "kafka under replicated", "opened": "yes", "before": "wedged brokers"}
    page.wait_for_url("**/runbooks/**")
    seen = board(visitor, "/misses?about=reworded")
    expect(seen.locator(".miss", has_text="wedged brokers")).to_contain_text("kafka under replicated")
    seen.goto("/misses?about=unopened")
    expect(seen.locator(".miss", has_text="wedged brokers")).to_contain_text("opened 0 times")


def test_was_this_it_is_answered_in_place_and_by_keyboard(visitor: Visitor) -> None:
    page = visitor.open("/search?q=pool+exhausted")
    hit = page.locator("#hits .hit").first
    title = hit.locator("[data-part=heading]").inner_text()
    hit.get_by_role("button", name="No", exact=True).focus()
    page.keyboard.press("Enter")
    expect(hit.locator(".was-this-it")).to_have_text("Noted, thank you.")
    expect(page.locator("#say")).to_have_text("Noted, thank you.")
    seen = board(visitor, "/misses?about=wrong")
    expect(seen.locator(".miss").filter(has_text=title)).to_contain_text("pool exhausted")


def test_was_this_it_works_on_results_that_came_as_one_typed(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.insert_text("pool exhausted")
    page.wait_for_url("**/search?q=pool+exhausted")
    with page.expect_request("**/search/was-this-it") as answering:
        page.locator("#hits .hit").first.get_by_role("button", name="No", exact=True).click()
    assert told(answering.value)["q"] == "pool exhausted"
    expect(page.locator("#hits .was-this-it").first).to_have_text("Noted, thank you.")


def test_was_this_it_works_without_scripts(visitor: Visitor) -> None:
    page = visitor.open("/search?q=pool+exhausted", java_script_enabled=False)
    page.locator("#hits .hit").first.get_by_role("button", name="Yes", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noted, thank you")
    page.get_by_role("link", name="Back to the results").click()
    page.wait_for_url("**/search?q=pool+exhausted")


def test_a_synonym_is_looked_at_saved_and_withdrawn_by_keyboard(visitor: Visitor) -> None:
    visitor.open("/search?q=grobblesnatch")
    page = board(visitor, "/misses")
    page.get_by_role("link", name="Add a synonym for grobblesnatch").focus()
    page.keyboard.press("Enter")
    box = page.get_by_label("Words that mean the same")
    expect(box).to_be_focused()
    expect(box).to_have_value("grobblesnatch")
    page.keyboard.press("End")
    page.keyboard.type(", pgbouncer")
    page.keyboard.press("Enter")
    expect(page.locator(".change", has_text="grobblesnatch").first).to_contain_text("0 →")
    assert violations(page) == []
    page.get_by_role("button", name="Save this synonym").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/misses?about=synonyms")
    found = visitor.open("/search?q=grobblesnatch")
    expect(found.locator("#hits .hit").first).to_be_visible()
    page.get_by_role("button", name="Withdraw grobblesnatch, pgbouncer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing here")).to_be_visible()


def test_the_board_has_no_barrier(visitor: Visitor) -> None:
    first = visitor.open("/search?q=grobblesnatch+at+a+rather+long+question+that+takes+two+lines+on+a+phone")
    first.goto("/search?q=wedged+brokers")
    page = board(visitor, "/misses", phone=True)
    for path in PAGES:
        page.goto(path)
        for size, target in ((PHONE, 44), (DESKTOP, 24)):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme="light")
            settled(page)
            assert violations(page) == []
            page.emulate_media(color_scheme="dark")
            assert violations(page, COLOURS) == []
            assert page.evaluate(SMALL, target) == [], path
            assert page.evaluate(OVERFLOW) <= 0, path
