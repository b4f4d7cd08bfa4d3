"""Results as one types, what an opened hit shows, and all of it without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_every_page import RESULTS, RUNBOOK, violations
from tests.browser.visitor import Visitor, settled

# How many hits the page showed after each change.
COUNT_HITS = """() => {
  window.counts = [];
  const shown = () => window.counts.push(document.querySelectorAll("#hits .hit").length);
  new MutationObserver(shown).observe(document.getElementById("hits"), { childList: true });
}"""


def titles(page: Page) -> list[str]:
    return page.locator("#hits [data-part=heading]").all_text_contents()


def test_results_come_from_the_second_letter_and_never_vanish_between(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.evaluate(COUNT_HITS)
    page.keyboard.type("po")
    expect(page.locator("#results")).to_be_visible()
    expect(page.locator("#ways")).to_be_hidden()
    page.keyboard.type("ol exhausted", delay=90)
    page.wait_for_url("**/search?q=pool+exhausted")
    assert titles(page)[0] == "PostgreSQL: too many connections"
    counts = page.evaluate("window.counts")
    assert len(counts) > 2
    assert min(counts) > 0
    assert page.title() == "pool exhausted · Hindsight"
    assert page.evaluate("window.moved") < 0.02


def test_one_letter_asks_nothing(visitor: Visitor) -> None:
    page = visitor.open("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search.json" in request.url else None)
    page.keyboard.type("p")
    page.keyboard.type("o")
    page.wait_for_url("**/search?q=po")
    assert [url.partition("?")[2] for url in asked] == ["q=po&typing=1"]


def test_what_is_typed_finds_what_the_results_page_finds(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.insert_text("pool exhausted")
    page.wait_for_url("**/search?q=pool+exhausted")
    typed = _letters(page)
    page.goto(RESULTS)
    assert typed == _letters(page)


def _letters(page: Page) -> list[str]:
    """All that hits and filters say; blanks between elements differ and are not seen."""
    return ["".join(text.split()) for text in page.locator(".hit, .facet, #chosen").all_text_contents()]


def test_an_answer_that_comes_too_late_is_dropped(visitor: Visitor) -> None:
    page = visitor.open("/")
    held: list[Route] = []
    page.route("**/search.json?q=dns&*", lambda route: held.append(route))
    with page.expect_request("**/search.json?q=dns&*"):
        page.keyboard.insert_text("dns")
    with page.expect_event("requestfailed", lambda request: "?q=dns&" in request.url):
        page.keyboard.insert_text(" etcd")
    page.wait_for_url("**/search?q=dns+etcd")
    before = titles(page)
    assert before
    held[0].continue_()
    # By the time another question is answered, a late answer would be there.
    page.evaluate("fetch('/search.json?q=dns+etcd').then(response => response.json())")
    settled(page)
    assert titles(page) == before
    assert page.url.endswith("/search?q=dns+etcd")


@pytest.mark.parametrize("finish", [False, True], ids=["typed", "finished"])
@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_back_from_a_document_leads_to_the_same_results_and_place(visitor: Visitor, finish: bool, phone: bool) -> None:
    page = visitor.open("/", phone=phone)
    page.keyboard.insert_text("connectio")
    page.wait_for_url("**/search?q=connectio")
    if finish:
        page.keyboard.press("Enter")
        expect(page.locator("#hits [data-item]").first).to_be_focused()
    before = titles(page)
    link = page.locator("#hits [data-item]").nth(5)
    link.scroll_into_view_if_needed()
    place = link.bounding_box()
    link.click()
    page.wait_for_url(lambda address: "/search?" not in address)
    page.go_back()
    page.wait_for_url("**/search?q=connectio")
    expect(page.locator("#hits [data-item]").nth(5)).to_be_focused()
    assert page.locator("#q").input_value() == "connectio"
    assert titles(page) == before
    expect(page.locator("#hits [data-item]").nth(5)).to_be_in_viewport()
    again = page.locator("#hits [data-item]").nth(5).bounding_box()
    assert place is not None
    assert again is not None
    # The first page has its examples above the results.
    assert abs(again["y"] - place["y"]) < 150


def test_back_and_forward_go_through_finished_questions(visitor: Visitor) -> None:
    page = visitor.open("/")
    for text in ("dns", "certificate"):
        page.locator("#q").fill(text)
        page.keyboard.press("Enter")
        expect(page.locator("#hits [data-item]").first).to_be_focused()
        page.wait_for_url(f"**/search?q={text}")
    certificates = titles(page)
    page.go_back()
    expect(page.locator("#q")).to_have_value("dns")
    expect(page.locator("#hits [data-part=heading]").first).to_contain_text("DNS")
    page.go_back()
    expect(page.locator("#ways")).to_be_visible()
    assert (page.locator("#q").input_value(), page.url) == ("", f"{visitor.address}/")
    page.go_forward()
    page.go_forward()
    expect(page.locator("#q")).to_have_value("certificate")
    expect(page.locator("#hits [data-part=heading]").first).to_have_text(certificates[0])


def test_the_count_is_said_when_one_stops_typing_and_not_at_each_key(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.evaluate(
        """() => {
          window.said = [];
          const say = document.getElementById("say");
          const heard = () => say.textContent && window.said.push(say.textContent);
          new MutationObserver(heard).observe(say, { childList: true });
        }"""
    )
    page.keyboard.type("pool exhausted", delay=60)
    page.wait_for_function("() => window.said.length > 0")
    assert re.fullmatch(r"\d+ results\.", page.evaluate("window.said.join('|')"))


def test_an_emptied_box_shows_the_ways_in_again(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.insert_text("dns")
    expect(page.locator("#results")).to_be_visible()
    page.locator("#q").fill("")
    expect(page.locator("#ways")).to_be_visible()
    expect(page.locator("#results")).to_be_hidden()
    assert page.url == f"{visitor.address}/"


def test_when_the_site_does_not_answer_the_page_says_so_and_keeps_what_it_had(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    before = titles(page)
    page.route("**/search.json*", lambda route: route.abort())
    page.locator("#q").fill("pool exhausted again")
    expect(page.locator("#summary")).to_contain_text("does not answer")
    assert titles(page) == before
    page.unroute("**/search.json*")
    page.locator("#q").fill("dns")
    page.wait_for_url("**/search?q=dns")
    # The browser itself tells of the request that was cut off.
    assert [error for error in visitor.errors if "ERR_FAILED" not in error] == []
    visitor.errors.clear()


def test_facets_open_narrow_and_are_taken_back(visitor: Visitor) -> None:
    page = visitor.open("/search?q=connections")
    before = len(titles(page))
    page.locator("summary", has_text="Service").click()
    value = page.locator(".facet[open] a", has_text="PgBouncer")
    expect(value).to_be_visible()
    count = int(value.locator(".count").inner_text())
    value.click()
    page.wait_for_url("**service:*")
    assert len(titles(page)) == count < before
    page.get_by_role("link", name="Remove the filter Service: PgBouncer").click()
    page.wait_for_url("**/search?q=connections")
    assert len(titles(page)) == before


def test_nothing_found_leads_on(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.insert_text("zzqqxxyy service:postgres")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    onward = page.locator("#onward")
    expect(onward).to_contain_text("Runbooks of PostgreSQL · owned by Databases · #databases")
    page.locator("#q").press("ArrowDown")
    expect(onward.locator("[data-item]").first).to_be_focused()
    page.get_by_role("link", name="Write the runbook for this").click()
    page.wait_for_url("**/runbooks/stub?*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zzqqxxyy")
    page.go_back()
    page.get_by_role("link", name="runbooks", exact=True).click()
    page.wait_for_url("**/runbooks")


def test_three_hits_fit_on_a_phone(visitor: Visitor) -> None:
    page = visitor.open(RESULTS, phone=True)
    box = page.locator(".hit").nth(2).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800


MARKED = "[...(CSS.highlights?.get('found') || [])].map(range => range.toString().toLowerCase())"


def test_found_words_are_marked_in_the_document_until_they_are_dismissed(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    page.locator("#hits [data-item]").first.press("Enter")
    page.wait_for_url("**/runbooks/**")
    bar = page.get_by_role("complementary", name="Marked words")
    expect(bar).to_contain_text("words marked")
    assert {"pool", "pools", "exhausted"} <= set(page.evaluate(MARKED))
    assert violations(page) == []
    page.reload()
    expect(bar).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    assert page.evaluate(MARKED) == []
    page.reload()
    assert page.evaluate(MARKED) == []


def test_found_words_are_marked_in_a_tab_of_its_own_too(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    with page.context.expect_page() as opened:
        page.locator("#hits [data-item]").first.press("Control+Enter")
    beside = opened.value
    expect(beside.locator("#found-bar")).to_be_visible()
    beside.get_by_role("button", name="Dismiss").click()
    expect(beside.locator("#found-bar")).to_be_hidden()
    assert page.url.endswith(RESULTS)
    another = page.context.new_page()
    another.goto(RUNBOOK)
    expect(another.locator("#found-bar")).to_be_hidden()


def test_a_browser_without_highlights_marks_and_leaves_the_text_as_it_was(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    page.context.add_init_script("delete globalThis.Highlight")
    page.locator("#hits [data-item]").first.click()
    page.wait_for_url("**/runbooks/**")
    text = page.locator(".page .text")
    expect(page.locator("#found-bar")).to_be_visible()
    marked = text.text_content()
    assert text.locator("mark").count() > 1
    page.keyboard.press("Escape")
    expect(text.locator("mark")).to_have_count(0)
    assert text.text_content() == marked


def test_an_opened_hit_stands_below_what_sticks_to_the_top(visitor: Visitor) -> None:
    page = visitor.open(RUNBOOK)
    page.evaluate("document.documentElement.style.setProperty('--bar', '100px')")
    page.locator(".contents a", has_text="Verification").click()
    expect(page.locator("#s-verification")).to_be_in_viewport()
    box = page.locator("#s-verification").bounding_box()
    assert box is not None
    assert box["y"] >= 100


def test_times_have_the_readers_own_beside_them(visitor: Visitor) -> None:
    path = "/postmortems/gitlab-2017-database-removal"
    beside = visitor.open(path, timezone_id="Asia/Kolkata").locator(".headline time + .local")
    expect(beside).to_contain_text("(02-01 05:00 your time, ")
    expect(beside).to_contain_text(" ago)")
    at_home = visitor.open(path, timezone_id="UTC").locator(".headline time + .local")
    expect(at_home).not_to_contain_text("your time")
    expect(at_home).to_contain_text(" ago)")


def test_a_link_to_a_heading_that_was_renamed_still_arrives(odd_visitor: Visitor) -> None:
    page = odd_visitor.open("/runbooks/renamed#s-stop-the-bleeding")
    expect(page.get_by_role("heading", name="Shed load first")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0


def test_an_anchor_in_what_is_folded_opens_it(visitor: Visitor) -> None:
    page = visitor.open(f"{RUNBOOK}#s-symptoms")
    expect(page.get_by_role("heading", name="Symptoms")).to_be_in_viewport()


def test_an_error_page_leads_on(visitor: Visitor) -> None:
    page = visitor.open("/runbooks/no-such-thing")
    expect(page.get_by_role("heading", level=1)).to_contain_text("There is no such page")
    page.locator("#q").fill("pool exhausted")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=pool+exhausted")
    assert titles(page)


def test_everything_works_without_scripts(visitor: Visitor) -> None:
    page = visitor.open("/", java_script_enabled=False)
    page.locator("#q").fill("pool exhausted")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/search?q=pool+exhausted")
    page.locator("summary", has_text="Kind").click()
    page.locator(".facet[open] a", has_text="Runbook").click()
    page.wait_for_url("**kind:runbook*")
    page.get_by_role("link", name="PostgreSQL: too many connections").click()
    page.wait_for_url("**#s-mitigation")
    expect(page.locator("#s-mitigation h2")).to_be_in_viewport()
    page.locator("summary", has_text="Before the first step").click()
    expect(page.get_by_role("heading", name="Symptoms")).to_be_visible()
    expect(page.get_by_role("button", name="Keys")).to_be_hidden()
