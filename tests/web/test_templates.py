"""What the Content-Security-Policy would refuse is written nowhere, and no page is heavy."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from app import TEMPLATES
from app.http.assets import FOLDER
from tests.web.published import PERSONAS, READER, Published

FILES = sorted(TEMPLATES.rglob("*.html"))
HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.I)
STYLE = re.compile(r"<[^>]*\sstyle\s*=|<style", re.I)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.I)
MOST = 100_000
PAGES = (
    "/",
    "/search",
    "/search?q=pool",
    "/search?q=nothingatall",
    "/postmortems",
    "/runbooks",
    "/guides",
    "/reading-lists",
    "/causes",
    "/causes/capacity",
    "/services",
    "/services/postgresql",
    "/alerts",
    "/alerts/PgPoolSaturated",
    "/patterns",
    "/patterns/pool-again",
    "/patterns/ledger-again",
    "/actions",
    "/login",
    "/no-such-page",
    "/postmortems/checkout-down",
    "/postmortems/quiet",
    "/postmortems/derived",
    "/postmortems/ledger-stuck",
    "/runbooks/pool-exhausted",
    "/runbooks/ledger",
    "/guides/severity-levels",
    "/reading-lists/first-week",
)
LOADS = {("script", "src"), ("link", "href"), ("img", "src"), ("img", "srcset"), ("iframe", "src"), ("video", "src")}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Reader(HTMLParser):
    """Collects what a page loads, and whether its tags are balanced."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [value or "" for name, value in attrs if (tag, name) in LOADS]
        self.wrong += [f"{tag} {name}" for name, _ in attrs if name == "style" or name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_a_template_holds_nothing_that_the_policy_refuses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for pattern in (HANDLER, STYLE, SCRIPT):
        assert not pattern.search(text), pattern.pattern
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text
    # What is loaded comes from here; a link that a reader follows may lead elsewhere.
    for tag, attribute in LOADS:
        for value in re.findall(rf"<{tag}\b[^>]*\s{attribute}=\"([^\"]*)\"", text):
            assert value.startswith("{{ asset("), value


def test_nothing_renders_a_template_from_a_string() -> None:
    code = "\n".join(path.read_text() for path in Path(FOLDER.parent).rglob("*.py"))
    assert "render_template_string" not in code
    assert "from_string" not in code


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_page_holds_what_the_policy_refuses_or_loads_from_elsewhere(published: Published, persona: str) -> None:
    client = published.client(persona)
    for address in PAGES:
        page = client.get(address, follow_redirects=True).text
        assert not HANDLER.search(page), address
        assert not STYLE.search(page), address
        assert not SCRIPT.search(page), address
        reader = Reader(page)
        assert reader.wrong == [], address
        assert reader.open == [], address
        assert reader.loaded, address
        assert all(value.startswith("/static/") for value in reader.loaded), address


def test_every_page_and_the_stylesheet_weigh_little(published: Published) -> None:
    stylesheet = len(gzip.compress((FOLDER / "hindsight.css").read_bytes(), 6))
    client = published.client(READER)
    for address in PAGES:
        page = client.get(address, follow_redirects=True).data
        assert len(gzip.compress(page, 6)) + stylesheet <= MOST, address


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_its_title_language_and_one_heading(published: Published, address: str) -> None:
    page = published.client(READER).get(address, follow_redirects=True).text
    assert '<html lang="en">' in page
    assert re.search(r"<title>[^<]+ · Hindsight</title>", page)
    assert len(re.findall(r"<h1[ >]", page)) == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page.partition('<dialog id="keys"')[0])]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
