"""What the security notes call hostile, in real documents of a real site, opened in a real browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from app.http.paging import PER_PAGE
from tests.browser.odd import COUNT, WORD
from tests.browser.visitor import Visitor, clipboard, settled

# All in a page that is not ours: handlers, active elements, addresses that run, and ids that hide the document's own.
FOREIGN = """() => {
  const found = [];
  for (const each of document.querySelectorAll("*")) {
    for (const { name, value } of each.attributes) {
      if (/^on|^style$|^srcdoc$/i.test(name)) found.push(`${each.localName} ${name}`);
      const address = /^(href|src|action|formaction|poster|data)$/i.test(name) ? String(each[name] || value) : "";
      if (/^(javascript|data|vbscript):/i.test(address))
        found.push(`${each.localName} ${name}=${value}`);
    }
  }
  const active = "script, style, svg, math, iframe, object, embed, img, video, audio, base, meta, link";
  for (const each of document.querySelectorAll(`main :is(${active}, form:not([role=search], #was-this-it))`))
    found.push(each.localName);
  if (document.scripts.length !== 1) found.push(`${document.scripts.length} scripts`);
  if (document.baseURI !== location.href) found.push("base");
  if (typeof document.cookie !== "string" || typeof document.getElementById !== "function") found.push("clobbered");
  for (const each of document.querySelectorAll("main a[href]")) {
    const out = each.origin !== location.origin && each.protocol !== "mailto:";
    if (out && !each.relList.contains("noopener")) found.push(`unmarked link to ${each.href}`);
  }
  return found;
}"""


def test_nothing_hostile_in_a_document_works(odd_visitor: Visitor) -> None:
    page = odd_visitor.open("/guides")
    paths = [path for number in range(-(-COUNT // PER_PAGE)) for path in _guides(page, number + 1)]
    found: dict[str, Any] = {}
    for path in paths:
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, path
        expect(page.locator("main")).to_contain_text(f"The {WORD} begins.")
        found[path] = page.evaluate(FOREIGN)
    assert len(found) == COUNT >= 109
    assert {path: faults for path, faults in found.items() if faults} == {}


def _guides(page: Page, number: int) -> list[str]:
    page.goto(f"/guides?page={number}")
    paths: list[str] = page.eval_on_selector_all("a.line-title", "links => links.map(each => each.pathname)")
    return paths


def test_nothing_hostile_in_a_search_works(odd_visitor: Visitor) -> None:
    page = odd_visitor.open("/")
    for text in (WORD, "img onerror alert", "script", '"<img src=x onerror=alert(1)>"', "<script>alert(1)</script>"):
        page.locator("#q").fill(text)
        page.wait_for_url(lambda url: "search?q=" in url)
        settled(page)
        assert page.evaluate(FOREIGN) == []
        page.goto("/search?" + page.evaluate("q => new URLSearchParams({ q }).toString()", text))
        assert page.evaluate(FOREIGN) == []


def test_a_command_that_hides_something_is_marked_and_not_copied(odd_visitor: Visitor) -> None:
    page = odd_visitor.open("/runbooks/deceiving", permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('as it was')")
    for section, reason in (("mitigation", "cannot be seen (U+202E)"), ("verification", "Letters of two scripts")):
        part = page.locator(f"#s-{section}")
        expect(part.locator(".unseen")).to_have_count(1)
        part.get_by_role("button", name="Copy command").click()
        expect(part.locator(".refusal")).to_contain_text("Not copied. ")
        expect(part.locator(".refusal")).to_contain_text(reason)
        expect(page.locator("#say")).to_contain_text(reason)
    assert clipboard(page) == "as it was"
