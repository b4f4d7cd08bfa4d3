"""The ways in: home, lists, causes, services, alerts, promises; each counts what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.db import Database
from app.migrations import upgrade
from app.settings import load
from tests.web.published import OUTSIDER, READER, Published, words


def test_home_offers_the_box_and_the_ways_in(published: Published) -> None:
    response = published.client().get("/")
    assert re.search(r"<textarea [^>]*name=\"q\"[^>]* autofocus", response.text)
    text = words(response)
    for part in (
        "Try: PgPoolSaturated PostgreSQL: too many connections",
        "It keeps happening",
        "Connections used up 1 incident",
        "Newest incidents 3",
        "Runbooks 1",
        "Guides 1",
        "Reading lists",
        "Checkout 2 documents",
    ):
        assert part in text
    assert "Runbooks 3" in words(published.client(READER).get("/"))


def test_each_kind_has_its_list(published: Published) -> None:
    for address, count, title in (
        ("/postmortems", "Incidents 3", "Something was slow once"),
        ("/runbooks", "Runbooks 1", "PostgreSQL: too many connections"),
        ("/guides", "Guides 1", "Severity levels"),
        ("/reading-lists", "Reading lists 1", "First week on call"),
    ):
        text = words(published.client().get(address))
        assert count in text
        assert title in text
    assert "Runbooks 2" in words(published.client(OUTSIDER).get("/runbooks"))
    assert "Runbooks 3" in words(published.client(READER).get("/runbooks"))


def test_incidents_stand_newest_first_and_those_without_a_date_last(published: Published) -> None:
    page = words(published.client().get("/postmortems"))
    assert page.index("Checkout down") < page.index("A deploy that") < page.index("Something was slow")


def test_a_cause_has_its_definition_incidents_chart_and_promises(published: Published) -> None:
    response = published.client().get("/causes/connections")
    text = words(response)
    for part in ("The pool ran out.", "Incidents 1", "Checkout down", "Promised 4", "Part of A limit was reached"):
        assert part in text
    assert '<svg viewBox="0 0 640' in response.text
    assert '<rect class="bar"' in response.text
    parent = words(published.client().get("/causes/capacity"))
    assert "Checkout down" in parent
    assert "Includes Connections used up" in parent
    assert "Also called overload" in parent
    assert "A disk fills with logs." in parent


def test_a_chart_counts_what_the_viewer_sees(published: Published) -> None:
    rows = {}
    for persona in ("anonymous", READER):
        page = published.client(persona).get("/causes/capacity").text
        rows[persona] = re.findall(r"<tr><td>([^<]+)</td><td>(\d+)</td></tr>", page)
    assert rows == {"anonymous": [("2026 Q3", "1")], READER: [("2026 Q3", "2")]}


def test_a_cause_without_incidents_says_so(own_site: Published) -> None:
    file = own_site.content / "postmortems/derived.md"
    file.write_text(file.read_text().replace("causes: [deploy]\n", ""))
    own_site.ingest()
    response = own_site.client().get("/causes/deploy")
    assert "No post-mortem that you can see names this cause." in words(response)
    assert "<rect" not in response.text


def test_an_alert_has_the_runbooks_that_answer_it_and_the_incidents_that_raised_it(published: Published) -> None:
    text = words(published.client().get("/alerts/PgPoolSaturated"))
    assert text.index("Do this") < text.index("PostgreSQL: too many connections")
    assert text.index("Last time") < text.index("Checkout down")
    listed = words(published.client().get("/alerts"))
    assert "Alerts 2" in listed
    assert "PgPoolSaturated 1 runbook · 1 incident" in listed


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("/causes/CAPACITY", "/causes/capacity"),
        ("/services/Checkout", "/services/checkout"),
        ("/alerts/pgpoolsaturated", "/alerts/PgPoolSaturated"),
    ],
)
def test_a_name_in_other_capitals_leads_to_the_right_one(published: Published, address: str, right: str) -> None:
    response = published.client().get(address)
    assert (response.status_code, response.headers["Location"]) == (301, right)


def test_promises_are_listed_by_state(published: Published) -> None:
    client = published.client()
    waiting = words(client.get("/actions"))
    assert "Promised 2" in waiting
    assert waiting.index("Limit idle transactions") < waiting.index("Tell clients to wait")
    assert "promised in Checkout down while the pool was exhausted" in waiting
    assert "Promised 1" in words(client.get("/actions?state=overdue"))
    settled = words(client.get("/actions?state=settled"))
    assert "Promised 2" in settled
    assert "Rewrite the pool" in settled
    assert words(client.get("/actions?state=none-such")) == waiting
    assert "Promised 3" in words(published.client(READER).get("/actions"))


def test_an_empty_library_says_what_would_be_here(tmp_path: Path) -> None:
    settings = load({}, data=tmp_path / "data", content=(tmp_path / "content",))
    database = Database(settings.database)
    upgrade(database)
    database.close()
    site = Published(settings)
    client = site.client()
    for address in ("/", "/postmortems", "/runbooks", "/guides", "/reading-lists", "/causes", "/services", "/alerts"):
        response = client.get(address)
        assert response.status_code == 200
        assert 'class="empty"' in response.text, address
    assert "Nothing here" in client.get("/actions").text
    site.close()


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "99999999999999999999", "١", "2"])
def test_a_page_number_that_is_none_is_the_nearest_that_is_one(published: Published, page: str) -> None:
    for address in ("/postmortems", "/actions", "/search?q=pool"):
        separator = "&" if "?" in address else "?"
        assert published.client().get(f"{address}{separator}page={page}").status_code == 200
