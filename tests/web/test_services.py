"""A service's page says what to know before being on call for it, and no more than the viewer may see."""

from __future__ import annotations

import pytest

from tests.insight.recurrences import recur
from tests.web.published import ANONYMOUS, OUTSIDER, PERSONAS, READER, TEAM_PATTERN, Published, words
from tests.web.test_map import main

ODD = """
teams:
  - {name: platform, title: Platform, channel: "#platform"}
services:
  - {name: loop, title: Loop, owner: platform, tier: 2, depends_on: [loop, bare]}
  - {name: bare, title: Bare}
"""


def test_a_service_has_its_owner_and_documents(published: Published) -> None:
    text = words(published.client().get("/services/postgresql"))
    for part in (
        "owner Databases reach them at not stated",
        "tier 1",
        "also called postgres",
        "Runbooks 1 PostgreSQL: too many connections PgPoolSaturated",
        "Incidents 1 Checkout down while the pool was exhausted SEV2 2026-08-03 1 h 47 min",
        "Fixed by: Raised pool_size",
    ):
        assert part in text


def test_promises_that_wait_stand_there_with_the_overdue_first(published: Published) -> None:
    text = words(published.client().get("/services/checkout"))
    assert "Promised, not done 2 overdue Limit idle transactions" in text
    assert text.index("Limit idle transactions") < text.index("Tell clients to wait")
    assert "Alert on pool use" not in text


def test_neighbours_stand_both_ways_with_their_incidents(published: Published) -> None:
    assert "Depends on 1 PostgreSQL tier 1" in words(published.client().get("/services/checkout"))
    text = words(published.client().get("/services/postgresql"))
    assert "Needed by 1 Checkout" in text
    needed_by = text[text.index("Needed by") :]
    assert needed_by.index("Checkout down") < needed_by.index("Keys")
    assert "Rhodonite ledger" in words(published.client(READER).get("/services/postgresql"))


def test_a_pattern_is_a_services_when_two_of_its_visible_incidents_name_it(published: Published) -> None:
    page = published.client().get("/services/checkout").text
    assert 'href="/patterns/pool-again"' in page
    assert "2 times" in page
    assert "/patterns/" not in published.client().get("/services/postgresql").text
    assert TEAM_PATTERN in published.client(READER).get("/services/postgresql").text


@pytest.mark.parametrize("persona", [ANONYMOUS, OUTSIDER])
@pytest.mark.parametrize("address", ["/services/postgresql", "/services/checkout"])
def test_a_restricted_incident_changes_no_outsiders_page(own_site: Published, persona: str, address: str) -> None:
    client = own_site.client(persona)
    before = main(client.get(address).text)
    text = (own_site.content / "postmortems/ledger-stuck.md").read_text()
    more = text.replace("id: ledger-stuck", "id: ledger-again").replace("[rhodonite-ledger, ", "[checkout, ")
    own_site.write("postmortems/ledger-again.md", more.replace("2026-07", "2026-09"))
    own_site.ingest()
    recur(own_site.database, "of-the-team", "Again", ["ledger-stuck", "ledger-again"], audience="team:payments")
    assert main(client.get(address).text) == before
    assert own_site.client(READER).get(address).text.count("Obsidianite ledger stuck") > before.count("Obsidianite")


def test_a_service_that_depends_on_itself_and_one_with_nothing_keep_their_pages(own_site: Published) -> None:
    own_site.write("services.yml", ODD)
    own_site.ingest()
    client = own_site.client(READER)
    loop, bare = words(client.get("/services/loop")), words(client.get("/services/bare"))
    assert "reach them at #platform" in loop
    assert "Depends on 1 Bare no incident known" in loop
    for part in (
        "owner not stated",
        "tier not stated",
        "No runbook that you can see names this service.",
        "No post-mortem that you can see names this service.",
        "Nothing that you can see waits.",
        "Needed by 1 Loop",
    ):
        assert part in bare


@pytest.mark.parametrize("persona", PERSONAS)
def test_the_page_leads_to_the_map_and_the_timeline(published: Published, persona: str) -> None:
    client = published.client(persona)
    page = client.get("/services/checkout").text
    for address in ("/map?service=checkout", "/timeline?service=checkout"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
