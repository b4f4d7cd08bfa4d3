"""Suggested tags by keyboard alone: one key a suggestion, and undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, visiting
from tests.browser.site import Site
from tests.browser.test_every_page import COLOURS, OVERFLOW, SMALL, violations
from tests.browser.visitor import Visitor

EDITOR = "editor@example.org"
CATALOG = """causes:
  - {name: capacity, title: Capacity, definition: A limit was reached., signals: [full, exhausted]}
  - {name: dns, title: DNS, definition: A name was not found., signals: [resolver, nameserver]}
"""
REPORT = "---\nkind: postmortem\naudience: public\n---\n# {title}\n\n## Summary\n\n{text}\n"
TEXTS = ("The disk was full.", "All slots were exhausted.", "The resolver was slow.", "No nameserver answered.")


@pytest.fixture(scope="module")
def reports(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Four post-mortems that state no cause, and an editor."""
    folder = tmp_path_factory.mktemp("reports")
    content = folder / "content"
    write(content / "taxonomy.yml", CATALOG)
    for number, text in enumerate(TEXTS):
        write(content / f"report-{number}.md", REPORT.format(title=f"Report {number}", text=text))
    site = Site(folder / "data", content)
    site.run("ingest")
    site.run("user", "add", EDITOR, "--role", "editor", input=f"{PASSWORD}\n")
    with site.serve():
        yield site


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.fixture
def editor(browser: Browser, reports: Site) -> Iterator[Visitor]:
    yield from visiting(browser, reports.address)


def page_of(visitor: Visitor, phone: bool = False) -> Page:
    page = visitor.open("/login?next=/suggestions", phone=phone)
    page.get_by_label("E-mail").fill(EDITOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/suggestions")
    return page


def press(page: Page, key: str) -> None:
    """A key that decides, and the page that comes of it."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_each_suggestion_takes_one_key_and_the_next_one_waits_where_it_was(editor: Visitor) -> None:
    page = page_of(editor)
    waiting = page.locator("[data-suggestion]")
    expect(waiting).to_have_count(4)
    titles = page.locator("[data-suggestion] [data-item]").all_inner_texts()
    # The first key only says where one is: nothing is decided unseen.
    page.keyboard.press("y")
    expect(waiting.first.locator("[data-item]")).to_be_focused()
    expect(waiting).to_have_count(4)
    page.keyboard.press("j")
    press(page, "y")
    expect(waiting).to_have_count(3)
    assert page.locator("[data-suggestion] [data-item]").all_inner_texts() == [titles[0], *titles[2:]]
    expect(waiting.nth(1).locator("[data-item]")).to_be_focused()
    press(page, "n")
    expect(waiting).to_have_count(2)
    decided = page.locator(".decided li p")
    expect(decided.first).to_contain_text(f"for {titles[2]}")
    expect(decided.first).to_contain_text("Rejected:")
    expect(decided.nth(1)).to_contain_text("Confirmed:")
    press(page, "u")
    press(page, "u")
    expect(waiting).to_have_count(4)
    expect(decided).to_have_count(0)


def test_the_last_suggestion_decided_leaves_the_one_before_it(editor: Visitor) -> None:
    page = page_of(editor)
    page.locator("[data-suggestion] [data-item]").last.focus()
    press(page, "n")
    expect(page.locator("[data-suggestion] [data-item]").last).to_be_focused()
    press(page, "u")
    expect(page.locator("[data-suggestion]")).to_have_count(4)


def test_keys_do_nothing_where_single_keys_are_turned_off_or_somebody_types(editor: Visitor) -> None:
    page = page_of(editor)
    page.locator("[data-box]").focus()
    page.keyboard.press("y")
    expect(page.locator("[data-box]")).to_have_value("y")
    page.evaluate("localStorage.setItem('single-keys', 'off')")
    page.reload()
    page.locator("[data-suggestion] [data-item]").first.focus()
    page.keyboard.press("n")
    page.keyboard.press("u")
    expect(page.locator("[data-suggestion]")).to_have_count(4)
    expect(page.locator(".decided")).to_have_count(0)


def test_it_works_without_scripts(editor: Visitor, browser: Browser) -> None:
    signed_in = page_of(editor).context.cookies()
    page = editor.open("/", java_script_enabled=False)
    page.context.add_cookies(signed_in)
    page.goto("/suggestions")
    page.get_by_role("button", name="Confirm: ").first.click()
    assert page.locator("[data-suggestion]").count() == 3
    page.get_by_role("button", name="Undo: ").first.click()
    assert page.locator("[data-suggestion]").count() == 4


@pytest.mark.parametrize(("phone", "target"), [(False, 24), (True, 44)], ids=["desktop", "phone"])
def test_it_has_no_barrier(editor: Visitor, phone: bool, target: int) -> None:
    page = page_of(editor, phone)
    page.get_by_role("button", name="Reject: ").first.click()
    expect(page.locator(".decided li")).to_have_count(1)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == []
    assert page.evaluate(SMALL, target) == []
    assert page.evaluate(OVERFLOW) <= 0
    page.get_by_role("button", name="Undo: ").click()
    expect(page.locator("[data-suggestion]")).to_have_count(4)
