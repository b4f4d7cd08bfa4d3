"""Patterns as people read them, and as editors curate them: by keyboard, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD
from tests.browser.site import Site
from tests.browser.test_every_page import COLOURS, OVERFLOW, SMALL, violations
from tests.browser.visitor import DESKTOP, PHONE, Visitor, settled

EDITOR = "curator@example.org"
WIDTHS = (320, 390, 992, 1000, 1100, 1190, 1280, 1440)


@pytest.fixture(scope="module", autouse=True)
def editor(site: Site) -> None:
    site.run("user", "add", EDITOR, "--role", "editor", input=f"{PASSWORD}\n")


def as_editor(visitor: Visitor, phone: bool = False, **options: bool) -> Page:
    page = visitor.open("/login?next=/patterns", phone=phone, **options)
    page.get_by_label("E-mail").fill(EDITOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/patterns")
    return page


def places(page: Page) -> list[str]:
    """Where the patterns stand that are listed."""
    page.goto("/patterns")
    return [each.get_attribute("href") or "" for each in page.locator(".patterns .line-title").all()]


def open_largest(page: Page) -> str:
    """The pattern with most incidents, opened to be curated."""
    counted = {}
    for place in places(page):
        page.goto(f"{place}/curate")
        counted[place] = page.locator(".curated").count()
    largest = max(counted, key=lambda place: counted[place])
    page.goto(f"{largest}/curate")
    return largest


def test_no_page_of_patterns_has_a_barrier(visitor: Visitor) -> None:
    page = as_editor(visitor, phone=True)
    first, second, *_ = places(page)
    merge = f"{first}/merge?into={second.rpartition('/')[2]}"
    for path in ("/patterns", "/patterns?state=dismissed", first, f"{first}/curate", merge):
        page.goto(path)
        for size, target in ((PHONE, 44), (DESKTOP, 24)):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme="light")
            settled(page)
            assert violations(page) == [], path
            page.emulate_media(color_scheme="dark")
            assert violations(page, COLOURS) == [], path
            assert page.evaluate(SMALL, target) == [], path
            assert page.evaluate(OVERFLOW) <= 0, path


def test_the_header_has_room_for_all_ways_at_every_width(visitor: Visitor) -> None:
    for page in (visitor.open("/patterns"), as_editor(visitor)):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            settled(page)
            assert page.evaluate(OVERFLOW) <= 0, width
            box = page.locator("#q").bounding_box()
            assert box is not None
            assert box["width"] > 80, width


def test_what_a_pattern_says_first_stands_first_on_a_phone(visitor: Visitor) -> None:
    page = visitor.open("/patterns", phone=True)
    page.goto(places(page)[0])
    box = page.locator(".lead").bounding_box()
    assert box is not None
    assert box["y"] < 400
    assert page.evaluate("window.moved") < 0.02


def test_a_pattern_is_opened_by_keyboard_from_the_first_page_and_from_an_incident(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("h2", has_text="It keeps happening").locator("..").get_by_role("link").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/patterns/*")
    name = page.get_by_role("heading", level=1).inner_text()
    page.locator(".members .line-title").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/postmortems/**")
    expect(page.locator(".recurs")).to_contain_text(name)


def test_a_pattern_is_renamed_and_dismissed_by_keyboard(visitor: Visitor) -> None:
    page = as_editor(visitor)
    place = places(page)[-1]
    page.goto(f"{place}/curate")
    page.get_by_label("Everybody who sees the pattern reads this name").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Named by hand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Named by hand")
    page.get_by_role("link", name="Curate").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Why this is no pattern").focus()
    page.keyboard.type("Only alike by chance")
    page.keyboard.press("Enter")
    expect(page.locator(".alarm")).to_contain_text("Only alike by chance")
    page.get_by_role("button", name="Take the dismissal back").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rail")).to_contain_text("confirmed by a person")


def test_incidents_are_split_off_and_merged_back_without_scripts(visitor: Visitor) -> None:
    page = as_editor(visitor, java_script_enabled=False)
    place = open_largest(page)
    members = page.locator(".curated").count()
    for each in page.locator(".pick").all()[:2]:
        each.click()
    page.get_by_label("Name of a new pattern of the ticked ones").fill("Split by hand")
    page.get_by_role("button", name="Split").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Split by hand")
    expect(page.locator(".members > li")).to_have_count(2)
    page.get_by_role("link", name="Curate").click()
    page.get_by_label("Into which pattern").select_option(place.rpartition("/")[2])
    page.get_by_role("button", name="Look at both").click()
    expect(page.locator(".merge")).to_contain_text("Split by hand")
    page.get_by_role("button", name="Merge them").click()
    page.goto(f"{place}/curate")
    expect(page.locator(".curated")).to_have_count(members)
