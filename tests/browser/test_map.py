"""The map by keyboard, and both pictures on paper; that they have no barrier is asked of every page."""

from __future__ import annotations

import pytest

from tests.browser.test_every_page import COLOURS, OVERFLOW, SMALL, violations
from tests.browser.visitor import DESKTOP, PHONE, Visitor, settled

PAGES = ["/map", "/map?service=dns", "/map?by=team", "/timeline", "/timeline?service=dns", "/services/postgresql"]


@pytest.mark.parametrize("path", PAGES)
def test_a_picture_has_no_barrier(visitor: Visitor, path: str) -> None:
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


def test_the_keyboard_reaches_each_box_and_opens_its_neighbourhood(visitor: Visitor) -> None:
    page = visitor.open("/map")
    boxes = page.locator("a.node")
    page.locator(".map-frame").focus()
    for number in range(boxes.count()):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.getAttribute('href')")
        assert focused == boxes.nth(number).get_attribute("href")
    shape = boxes.last.locator(".shape")
    assert shape.evaluate("each => getComputedStyle(each).strokeWidth") == "4px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/map?*=*")
    assert "and its neighbours" in page.locator("h1").inner_text()


def test_a_name_fits_its_box(visitor: Visitor) -> None:
    page = visitor.open("/map")
    wide = page.evaluate("""() => [...document.querySelectorAll("a.node")].filter(node => {
      const [shape, number] = [node.querySelector(".shape"), node.querySelector(".number")].map(e => e.getBBox());
      return [...node.querySelectorAll("text:not(.number)")].some(text => {
        const box = text.getBBox();
        const inside = box.y >= shape.y && box.y + box.height <= shape.y + shape.height;
        return !inside || (number.width && box.x + box.width > number.x);
      });
    }).map(node => node.textContent)""")
    assert wide == []


@pytest.mark.parametrize("path", ["/map", "/timeline"])
def test_a_picture_fits_on_paper_without_what_cannot_be_clicked_there(visitor: Visitor, path: str) -> None:
    page = visitor.open(path)
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    assert not page.locator(".facets").is_visible()
    box = page.locator("main svg").first.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 700


def test_on_paper_a_line_has_the_address_of_its_title_and_of_nothing_else(visitor: Visitor) -> None:
    page = visitor.open("/timeline?severity=SEV1")
    page.emulate_media(media="print")
    after = "each => getComputedStyle(each, '::after').content"
    assert "/postmortems/" in page.locator(".line-title").first.evaluate(after)
    assert page.locator(".line-facts a").first.evaluate(after) == "none"
    chosen = page.locator(".chosen a").first
    assert chosen.evaluate(after) == "none"
    assert not chosen.locator("[aria-hidden]").is_visible()
