"""A real site over the project's content, a second one over odd files, and a Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import odd
from tests.browser.site import CONTENT, Site
from tests.browser.visitor import Visitor, chromium, launch

EMAIL, PASSWORD = "ada@example.org", "four quiet herons at dawn"


# Not for the whole session: while a browser is open, other tests could run no event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = chromium()
    if not executable:
        pytest.skip("there is no Chromium; install one, or name it: CHROMIUM=/path/to/chrome")
    with sync_playwright() as playwright:
        browser = launch(playwright, executable)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The project's own content, with one account."""
    site = Site(tmp_path_factory.mktemp("site"), CONTENT)
    site.run("ingest")
    site.run("user", "add", EMAIL, input=f"{PASSWORD}\n")
    with site.serve():
        yield site


@pytest.fixture(scope="package")
def odd_site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Hostile files, and a runbook whose heading was renamed."""
    folder = tmp_path_factory.mktemp("odd")
    content = folder / "content"
    odd.write(content)
    site = Site(folder / "data", content)
    site.run("ingest")
    odd.rename_a_heading(content)
    site.run("ingest")
    with site.serve():
        yield site


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Visitor]:
    yield from visiting(browser, site.address)


@pytest.fixture
def odd_visitor(browser: Browser, odd_site: Site) -> Iterator[Visitor]:
    yield from visiting(browser, odd_site.address)


def visiting(browser: Browser, address: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, address)
    yield visitor
    for context in browser.contexts:
        context.close()
    assert not visitor.errors
