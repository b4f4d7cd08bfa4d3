"""Results as one types, what an opened hit shows, and all of it without scripts."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.test_every_page import RESULTS, RUNBOOK
from tests.browser.visitor import Visitor, settled

# How many hits the page showed after each change.
COUNT_HITS = """() => {
  window.counts = [];
  const shown = () => window.counts.push(document.querySelectorAll("#hits .hit").length);
  new MutationObserver(shown).observe(document.getElementById("hits"), { childList: true });
}"""


def titles(page: Page) -> list[str]:
    return page.locator("#hits [data-part=words]").all_text_contents()


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


def test_back_from_a_document_leads_to_the_same_results(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.insert_text("pool exhausted")
    page.wait_for_url("**/search?q=pool+exhausted")
    before = titles(page)
    page.locator("#hits [data-item]").first.click()
    page.wait_for_url("**/runbooks/**")
    page.go_back()
    page.wait_for_url("**/search?q=pool+exhausted")
    assert page.locator("#q").input_value() == "pool exhausted"
    assert titles(page) == before


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


def test_nothing_found_says_what_to_try(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.insert_text("zzqqxxyy")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_role("link", name="runbooks", exact=True).click()
    page.wait_for_url("**/runbooks")


def test_the_words_that_were_searched_are_marked_in_the_document(visitor: Visitor) -> None:
    page = visitor.open(RESULTS)
    page.locator("#hits [data-item]").first.click()
    page.wait_for_url("**/runbooks/**")
    page.wait_for_function("() => CSS.highlights.has('found')")
    marked = page.evaluate("[...CSS.highlights.get('found')].map(range => range.toString().toLowerCase())")
    assert {"pool", "exhausted"} <= set(marked)


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
