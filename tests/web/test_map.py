"""The map counts and draws what the viewer may see, says what it leaves out, and is a list too."""

from __future__ import annotations

import re

import pytest

from tests.insight.recurrences import recur
from tests.web.published import ANONYMOUS, OUTSIDER, READER, TEAM_PATTERN, Published, words

NODE = re.compile(r'<a class="node [^"]*" href="([^"]+)" aria-label="([^"]+)"')


def main(page: str) -> str:
    """The page without its top, whose form has another token each time."""
    return page[page.index("<main") :]


def nodes(page: str) -> list[str]:
    return [label for _, label in NODE.findall(page)]


def test_services_causes_and_patterns_are_boxes_that_lead_to_their_neighbours(published: Published) -> None:
    page = published.client().get("/map").text
    assert sorted(nodes(page)) == [
        "Checkout, service, 2 incidents",
        "Connections used up, cause, 1 incident",
        "Pool exhausted again, pattern, 2 incidents",
        "PostgreSQL, service, 1 incident",
    ]
    for address, _ in NODE.findall(page):
        assert published.client().get(address).status_code == 200


def test_the_list_says_what_the_picture_shows(published: Published) -> None:
    response = published.client().get("/map")
    listed = words(response)
    listed = listed[listed.index("The same as a list") :]
    for label in nodes(response.text):
        assert label.partition(",")[0] in listed
    assert "Checkout service 2 incidents" in listed
    assert "depends on PostgreSQL" in listed
    assert "needed by Checkout" in listed
    assert "patterns Pool exhausted again (2)" in listed


@pytest.mark.parametrize("persona", [ANONYMOUS, OUTSIDER])
@pytest.mark.parametrize("address", ["/map", "/map?by=team", "/map?service=postgresql&depth=2", "/map?cause=capacity"])
def test_a_restricted_incident_changes_no_outsiders_map(own_site: Published, persona: str, address: str) -> None:
    client = own_site.client(persona)
    before = main(client.get(address).text)
    text = (own_site.content / "postmortems/ledger-stuck.md").read_text()
    own_site.write(
        "postmortems/more.md", text.replace("id: ledger-stuck", "id: more").replace("[rhod", "[checkout, rhod")
    )
    own_site.ingest()
    recur(own_site.database, "of-the-team", "Howlitering", ["ledger-stuck", "more"], audience="team:payments")
    assert main(client.get(address).text) == before
    assert main(own_site.client(READER).get(address).text) != before


def test_a_team_sees_its_services_and_patterns(published: Published) -> None:
    page = published.client(READER).get("/map").text
    assert "Rhodonite ledger, service, 1 incident" in nodes(page)
    assert TEAM_PATTERN in page
    assert "Rhodonite" not in published.client().get("/map").text


def test_a_service_is_shown_with_what_is_around_it(published: Published) -> None:
    response = published.client().get("/map?service=postgresql")
    assert "PostgreSQL and its neighbours" in words(response)
    assert ("/services/postgresql", "PostgreSQL, service, 1 incident") in NODE.findall(response.text)
    assert "Checkout, service, 2 incidents" in nodes(response.text)


def test_a_cause_is_shown_with_the_services_whose_incidents_it_contributed_to(published: Published) -> None:
    page = published.client().get("/map?cause=connections").text
    assert nodes(page)[0].startswith("Connections used up")
    assert "A change was rolled out, cause, 1 incident" not in nodes(page)


def test_teams_can_stand_for_their_services(published: Published) -> None:
    labels = nodes(published.client().get("/map?by=team").text)
    assert "Platform, team, 2 incidents" in labels
    assert "Databases, team, 1 incident" in labels


@pytest.mark.parametrize(
    "address", ["/map?service=nope", "/map?cause=nope", "/map?pattern=nope", "/map?service=rhodonite-ledger"]
)
def test_what_is_not_there_for_the_viewer_is_not_found(published: Published, address: str) -> None:
    assert published.client().get(address).status_code == 404


@pytest.mark.parametrize("asked", ["tier=x", "tier=9", "depth=99&service=checkout", "team=nobody", "by=x", "_scheme=x"])
def test_a_choice_that_there_is_not_is_no_fault(published: Published, asked: str) -> None:
    assert published.client().get(f"/map?{asked}").status_code == 200


def test_of_many_services_those_with_the_most_incidents_are_drawn_and_the_rest_counted(own_site: Published) -> None:
    services = "".join(f"  - {{name: s{n}, title: Service {n}, depends_on: [s{n}, s{n // 2}]}}\n" for n in range(40))
    own_site.write("services.yml", "services:\n" + services)
    for number in range(6):
        named = ", ".join(f"s{each}" for each in range(number, 6))
        text = f"---\nid: i{number}\nkind: postmortem\ntitle: I{number}\naudience: public\nservices: [{named}]\n---\n"
        own_site.write(f"postmortems/i{number}.md", text + "\n## Summary\n\nIt broke.\n")
    own_site.ingest()
    response = own_site.client(OUTSIDER).get("/map")
    assert len([label for label in nodes(response.text) if ", service," in label]) == 14
    assert "14 of 42 services" in words(response)
    assert "Service 5, service, 6 incidents" in nodes(response.text)


def test_an_empty_library_says_what_would_be_drawn(own_site: Published) -> None:
    for file in own_site.content.rglob("*.*"):
        file.unlink()
    own_site.ingest()
    text = words(own_site.client().get("/map"))
    assert "Nothing to draw yet" in text
