"""What holds on every kind of page: on a phone and a desktop, in light and dark."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import EMAIL, PASSWORD
from tests.browser.site import Site
from tests.browser.visitor import DESKTOP, PHONE, Visitor, settled

RUNBOOK = "/runbooks/postgresql-connections-exhausted"
POSTMORTEM = "/postmortems/gitlab-2017-database-removal"
RESULTS = "/search?q=pool+exhausted"
LISTS = [
    "/runbooks",
    "/postmortems",
    "/patterns",
    "/causes",
    "/services",
    "/alerts",
    "/actions",
    "/guides",
    "/reading-lists",
]
DOCUMENTS = [RUNBOOK, POSTMORTEM, "/guides/severity-levels", "/reading-lists/first-week-on-call"]
FACTS = ["/causes/capacity", "/patterns/factor/certificate", "/services/postgresql", "/alerts/CoreDNSDown"]
OTHERS = ["/", RESULTS, "/search?q=zzqqxx", "/search", "/login", "/nowhere"]
PAGES = [*OTHERS, *LISTS, *DOCUMENTS, *FACTS]

AXE = "async rules => (await axe.run(document, {resultTypes: ['violations'], ...rules})).violations"
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
# Links within a text are as large as their words.
SMALL = """limit => [...document.querySelectorAll("a, button, input, select, summary, textarea")].filter(each => {
  const box = each.getBoundingClientRect(), style = getComputedStyle(each);
  const inline = each.localName === "a" && style.display === "inline";
  const shown = box.width && box.height && style.visibility !== "hidden" && !each.closest(".skip");
  return shown && !inline && each.type !== "checkbox" && (box.width < limit || box.height < limit);
}).map(each => (each.ariaLabel || each.textContent || each.name).trim())"""
# Words of a picture that its edges cut.
CUT = """() => [...document.querySelectorAll("svg text")].filter(each => {
  const box = each.getBoundingClientRect(), picture = each.ownerSVGElement.getBoundingClientRect();
  return box.width && (box.left < picture.left - 1 || box.right > picture.right + 1);
}).map(each => each.textContent.trim())"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# How many letters stand on each line of running text.
LINES = """() => [...document.querySelectorAll(
  ".section > p, .section > ul > li, .snippet, .lead, .fixed"
)].flatMap(each => {
  const lines = new Map(), walker = document.createTreeWalker(each, NodeFilter.SHOW_TEXT), range = new Range();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest("pre, .code, .scroll")) continue;
    // What is folded has a place, which nobody sees.
    if (!node.parentElement.closest("summary") && node.parentElement.closest("details:not([open])")) continue;
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { bottom, width } = range.getBoundingClientRect();
      if (width) lines.set(Math.round(bottom / 12), (lines.get(Math.round(bottom / 12)) || 0) + 1);
    }
  }
  return [...lines.values()];
})"""


def violations(page: Page, rules: dict[str, list[str]] | None = None) -> list[str]:
    """What axe finds, each with the first element that it finds it in."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in page.evaluate(AXE, rules or {})]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barrier(visitor: Visitor, path: str) -> None:
    page = visitor.open(path, phone=True)
    for size, target in ((PHONE, 44), (DESKTOP, 24)):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        settled(page)
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, COLOURS) == []
        assert page.evaluate(SMALL, target) == []
        assert page.evaluate(OVERFLOW) <= 0
        assert page.evaluate(CUT) == []


def test_what_opens_has_no_barrier_either(visitor: Visitor) -> None:
    page = visitor.open(RESULTS, phone=True)
    page.get_by_text("Menu", exact=True).click()
    assert violations(page) == []
    assert page.evaluate(SMALL, 44) == []
    page.locator("summary", has_text="Service").click()
    assert page.evaluate(OVERFLOW) <= 0
    page.get_by_role("button", name="Keys").click()
    assert violations(page) == []


def test_a_signed_in_page_has_no_barrier(visitor: Visitor) -> None:
    page = visitor.open("/login?next=/actions", phone=True)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")
    alarm = page.get_by_role("alert")
    alarm.wait_for()
    assert "do not match" in alarm.inner_text()
    assert page.get_by_label("E-mail").input_value() == EMAIL
    assert violations(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/actions")
    assert page.get_by_role("button", name="Sign out").is_visible()
    assert violations(page) == []
    assert page.evaluate(SMALL, 44) == []
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", [RESULTS, *DOCUMENTS, f"{RUNBOOK}#s-mitigation", "/"])
def test_nothing_jumps(visitor: Visitor, path: str, phone: bool) -> None:
    page = visitor.open(path, phone=phone, timezone_id="America/New_York")
    settled(page)
    assert page.evaluate("window.moved") < 0.02


@pytest.mark.parametrize("path", [RESULTS, *DOCUMENTS])
def test_a_line_has_no_more_letters_than_the_eye_follows(visitor: Visitor, path: str) -> None:
    lines = visitor.open(path).evaluate(LINES)
    assert lines
    # 72, and what the narrow letters of another font add.
    assert max(lines) <= 78


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/", "#q"),
        (RESULTS, "#hits h2"),
        (RUNBOOK, ".page .text > .section h2"),
        (POSTMORTEM, ".fixed"),
        ("/guides/severity-levels", "#s-all-levels h2"),
        ("/causes/capacity", ".chart"),
    ],
)
def test_what_one_came_for_stands_first_on_a_phone(visitor: Visitor, path: str, what: str) -> None:
    box = visitor.open(path, phone=True).locator(what).first.bounding_box()
    assert box is not None
    assert box["y"] < 400


def test_paper_has_addresses_and_all_that_is_folded_but_no_rail(visitor: Visitor) -> None:
    page = visitor.open(RUNBOOK)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for unseen in (".top", ".rail", ".contents", ".copy", ".foot"):
        assert not page.locator(unseen).first.is_visible()
    assert page.get_by_text("Applications:").is_visible()
    link = page.locator("#s-first-steps a", has_text="queries blocked by a lock")
    address = link.evaluate("each => getComputedStyle(each, '::after').content")
    assert f"({visitor.address}/runbooks/postgresql-blocked-by-lock/" in address
    step = page.locator("#s-mitigation li").first
    assert step.evaluate("each => getComputedStyle(each).breakInside") == "avoid"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_few_bytes_to_show_its_text(site: Site, path: str) -> None:
    with httpx.Client(base_url=site.address, follow_redirects=True) as client:
        html = client.get(path).content
        (stylesheet,) = re.findall(rb'<link rel="stylesheet" href="([^"]+)"', html)
        style = client.get(stylesheet.decode()).content
    assert len(gzip.compress(html)) + len(gzip.compress(style)) < 100_000
    assert b"@font-face" not in style
    assert b"@import" not in style
