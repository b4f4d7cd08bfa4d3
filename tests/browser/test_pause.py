"""A meaning that takes long: letters answer at each key, a pause brings the better order, but not under a finger."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from app.indexing.fill import fill
from app.indexing.sync import heal
from app.library import AskedQuery
from app.search.engines.whoosh import open_writer
from app.web.outcomes import NAME
from tests.browser.conftest import visiting
from tests.browser.test_search import titles
from tests.browser.visitor import Visitor, settled
from tests.indexing.slow import Bag
from tests.web.published import Published, publish

PAUSED = "**/search.json?*typing=paused"
PAUSE = 1100  # milliseconds, and a little more
RUNBOOK = "---\nid: {id}\nkind: runbook\naudience: public\n---\n# {title}\n\n{text}\n"
QUESTION = "quince brokers"
# By letters the shortest text comes first, by its meaning the one whose title says so.
SAYS, NAMED = "What it looks like", "Quince brokers"
FILES = {
    "services.yml": "services: []\n",
    "taxonomy.yml": "causes: []\n",
    "severities.yml": "levels: []\n",
    "synonyms.yml": "synonyms: []\n",
    "runbooks/named.md": RUNBOOK.format(
        id="named",
        title=NAMED,
        text="The quince brokers are here. " + " ".join(f"other{number}" for number in range(60)),
    ),
    "runbooks/says.md": RUNBOOK.format(id="says", title=SAYS, text="Quince brokers."),
    **{
        f"runbooks/more-{number}.md": RUNBOOK.format(
            id=f"more-{number}",
            title=f"Another {number}",
            text="Quince and pears. Some brokers. " + " ".join(f"filler{number}x{each}" for each in range(80)),
        )
        for number in range(8)
    },
}


@pytest.fixture(scope="module")
def slow_site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """A site whose meaning is slow, as one from a folder is. (Which takes packages that are not everywhere.)"""
    site = publish(tmp_path_factory.mktemp("slow"), FILES)
    with closing(open_writer(site.settings.index, Bag())) as writer:
        fill(site.database, writer, heal(site.database, writer)[0])
    yield site
    site.close()


@pytest.fixture(scope="module")
def address(slow_site: Published) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.http.parts.sentence_model", lambda folder: Bag())
        server = make_server("127.0.0.1", 0, slow_site.another_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def slow(browser: Browser, address: str) -> Iterator[Visitor]:
    yield from visiting(browser, address)


def typed(slow: Visitor, text: str = QUESTION, path: str = "/") -> tuple[Page, list[str]]:
    """A page where a question was typed and answered by letters, with the clock in our hands; and what it asks for."""
    page = slow.open(path)
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search.json" in request.url else None)
    page.keyboard.insert_text(text)
    page.wait_for_url("**/search?q=quince+brok*")
    assert titles(page)[:2] == [SAYS, NAMED]
    return page, asked


def pause(page: Page) -> None:
    with page.expect_response(PAUSED):
        page.clock.fast_forward(PAUSE)


def answered(page: Page) -> None:
    """When what was answered so far is on the page, since a later question is answered."""
    page.evaluate("fetch('/search.json?q=pears').then(response => response.json())")
    settled(page)


def test_a_pause_brings_the_better_order_once_and_moves_nothing_else(slow: Visitor) -> None:
    page, asked = typed(slow)
    before = titles(page)
    page.set_viewport_size({"width": 390, "height": 500})
    page.evaluate("scrollTo(0, 150)")
    pause(page)
    expect(page.locator("#hits [data-part=heading]").first).to_have_text(NAMED)
    assert sorted(titles(page)) == sorted(before)
    assert page.evaluate("scrollY") == 150
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#say")).to_have_text("10 results.")
    page.clock.fast_forward(5 * PAUSE)
    answered(page)
    questions = [url.partition("?")[2] for url in asked]
    assert questions == ["q=quince+brokers&typing=1", "q=quince+brokers&typing=paused", "q=pears"]


@pytest.mark.parametrize(("meaning", "text"), [("visitor", "pool exhausted"), ("slow", "quince")])
def test_where_there_is_no_better_order_a_pause_asks_nothing(
    request: pytest.FixtureRequest, meaning: str, text: str
) -> None:
    page = request.getfixturevalue(meaning).open("/")
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/search.json" in request.url else None)
    page.keyboard.insert_text(text)
    page.wait_for_url("**/search?q=*")
    page.clock.fast_forward(5 * PAUSE)
    answered(page)
    assert ["typing=1" in url for url in asked] == [True, False]


@pytest.mark.parametrize("how", ["focus", "back in the box", "pointer", "finger"])
def test_who_is_in_the_list_keeps_it_as_it_is(slow: Visitor, how: str) -> None:
    page, _ = typed(slow)
    held: list[Route] = []
    page.route(PAUSED, lambda route: held.append(route))
    with page.expect_request(PAUSED):
        page.clock.fast_forward(PAUSE)
    second = page.locator("#hits [data-item]").nth(1)
    if how == "pointer":
        second.hover()
    elif how == "finger":
        second.dispatch_event("pointerdown")
    else:
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown" if how == "focus" else "ArrowUp")
    with page.expect_response(PAUSED):
        held[0].continue_()
    answered(page)
    assert titles(page)[:2] == [SAYS, NAMED]
    expect(second if how == "focus" else page.locator("#q")).to_be_focused()
    # What is finished is answered as ever.
    page.locator("#q").press("Enter")
    expect(page.locator("#hits [data-item]").first).to_be_focused()
    assert titles(page)[:2] == [NAMED, SAYS]


def test_who_types_on_is_not_answered_with_what_was_asked_before(slow: Visitor) -> None:
    page, _ = typed(slow, "quince brok")
    held: list[Route] = []
    page.route(PAUSED, lambda route: held.append(route))
    with page.expect_request(PAUSED):
        page.clock.fast_forward(PAUSE)
    page.keyboard.insert_text("ers")
    page.wait_for_url("**/search?q=quince+brokers")
    held[0].continue_()
    answered(page)
    assert titles(page)[:2] == [SAYS, NAMED]
    page.unroute(PAUSED)
    pause(page)
    expect(page.locator("#hits [data-part=heading]").first).to_have_text(NAMED)
    assert page.url.endswith("/search?q=quince+brokers")


def test_back_from_a_hit_leads_to_the_order_that_one_left(slow: Visitor) -> None:
    # Not with a clock of our own, by which a browser no longer knows that one came back.
    page = slow.open("/")
    with page.expect_response(PAUSED):
        page.keyboard.insert_text(QUESTION)
    expect(page.locator("#hits [data-part=heading]").first).to_have_text(NAMED)
    before = titles(page)
    page.locator("#hits [data-item]").nth(2).click()
    page.wait_for_url("**/runbooks/**")
    page.go_back()
    expect(page.locator("#hits [data-item]").nth(2)).to_be_focused()
    assert titles(page) == before
    page.go_back()
    expect(page.locator("#ways")).to_be_visible()


@pytest.mark.parametrize("finish", [False, True], ids=["left", "entered"])
def test_a_question_that_was_paused_at_is_counted_once(slow: Visitor, slow_site: Published, finish: bool) -> None:
    page, _ = typed(slow, text := f"quince brokers {'entered' if finish else 'left'}")
    pause(page)
    if finish:
        page.keyboard.press("Enter")
        expect(page.locator("#hits [data-item]").first).to_be_focused()
    page.clock.fast_forward(4000)
    with page.expect_request("**/search/outcome"):
        page.locator("#hits [data-item]").first.click()
    page.wait_for_url("**/runbooks/**")
    slow_site.apps[-1].extensions[NAME].write(slow_site.database)
    with slow_site.database.read() as session:
        row = session.scalars(select(AskedQuery).where(AskedQuery.text == text)).one()
        assert (row.asked, row.opened) == (1, 1)


def test_the_list_of_the_small_box_is_put_in_order_unless_a_hit_is_chosen(slow: Visitor) -> None:
    page = slow.open("/runbooks")
    page.clock.install()
    first = page.get_by_role("option").locator(".heading").first
    page.keyboard.press("/")
    page.keyboard.insert_text(QUESTION)
    expect(first).to_have_text(SAYS)
    pause(page)
    expect(first).to_have_text(NAMED)
    held: list[Route] = []
    page.route(PAUSED, lambda route: held.append(route))
    page.locator("#q").fill("quince broker")
    expect(first).to_have_text(SAYS)
    with page.expect_request(PAUSED):
        page.clock.fast_forward(PAUSE)
    page.keyboard.press("ArrowDown")
    with page.expect_response(PAUSED):
        held[0].continue_()
    answered(page)
    expect(first).to_have_text(SAYS)
