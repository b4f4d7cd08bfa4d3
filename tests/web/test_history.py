"""The timeline counts the incidents that the viewer may see, by what they are tagged with, and lists them beneath."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.web.published import ANONYMOUS, OUTSIDER, READER, Published, words
from tests.web.test_map import main

MARK = re.compile(r'<text class="in-mark"[^>]*>(\d+)</text>')
INCIDENT = """---
id: i{number}
kind: postmortem
title: Incident {number}
audience: public
severity: SEV{severity}
started: {day}
services: [checkout]
---

## Summary

It broke.
"""


def test_each_of_a_few_incidents_has_its_mark_numbered_as_in_the_list(published: Published) -> None:
    response = published.client().get("/timeline")
    assert MARK.findall(response.text) == ["1", "2"]
    text = words(response)
    assert "SEV2 · 1" in text
    listed = text[text.index("Each mark is an incident") :]
    assert listed.index("Checkout down") < listed.index("A deploy that was rolled")


def test_incidents_without_a_date_are_counted_and_listed_apart(published: Published) -> None:
    text = words(published.client().get("/timeline"))
    assert "Timeline 3" in text
    assert "1 more has no date in the text." in text
    assert text.index("A deploy that") < text.index("Without a date 1") < text.index("Something was slow once")


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("service=postgresql", ["Checkout down"]),
        ("cause=deploy", ["A deploy that"]),
        ("severity=SEV3", ["A deploy that"]),
        ("team=databases", ["Checkout down"]),
        ("detection=monitoring", ["Checkout down"]),
        ("tag=pool", ["Checkout down"]),
        ("since=2025", ["Checkout down"]),
        ("until=2024", ["A deploy that"]),
        ("service=checkout&since=2024&until=2026", ["Checkout down", "A deploy that"]),
        ("tag=poo", []),
        ("tag=%25", []),
        ("tag=%22", []),
        ("service=rhodonite-ledger", []),
    ],
)
def test_each_filter_leaves_what_it_names(published: Published, asked: str, there: list[str]) -> None:
    page = main(published.client().get(f"/timeline?{asked}").text)
    titles = ("Checkout down", "A deploy that", "Something was slow", "Obsidianite")
    lines = [title for title in titles if re.search(rf'line-title"[^>]*>{title}', page)]
    assert lines == there
    assert ("No incident that you can see fits" in page) == (not there)


def test_a_filter_that_is_chosen_can_be_taken_away(published: Published) -> None:
    page = published.client().get("/timeline?service=checkout&severity=SEV2").text
    assert 'href="/timeline?severity=SEV2" aria-label="Remove the filter Service: Checkout"' in page
    assert 'href="/timeline?service=checkout" aria-label="Remove the filter Severity: SEV2"' in page


@pytest.mark.parametrize("persona", [ANONYMOUS, OUTSIDER])
@pytest.mark.parametrize("asked", ["", "?service=postgresql", "?severity=SEV1", "?tag=sugilite"])
def test_a_restricted_incident_changes_no_outsiders_timeline(own_site: Published, persona: str, asked: str) -> None:
    client = own_site.client(persona)
    before = main(client.get(f"/timeline{asked}").text)
    text = (own_site.content / "postmortems/ledger-stuck.md").read_text()
    own_site.write("postmortems/more.md", text.replace("id: ledger-stuck", "id: more").replace("2026-07", "2019-07"))
    own_site.ingest()
    assert main(client.get(f"/timeline{asked}").text) == before
    assert "Obsidianite" in own_site.client(READER).get(f"/timeline{asked}").text


@pytest.mark.parametrize(
    "asked",
    ["since=x", "since=0", "since=99999", "until=9999", "since=٢", "page=9", "service=&tag=", "_scheme=x"],
)
def test_what_cannot_be_asked_is_no_fault(published: Published, asked: str) -> None:
    assert published.client().get(f"/timeline?{asked}").status_code == 200


def test_many_incidents_are_counted_in_bars_and_in_a_table(own_site: Published) -> None:
    for number in range(60):
        day = date(2010 + number % 10, 1 + number % 12, 1 + number % 28)
        own_site.write(f"postmortems/i{number}.md", INCIDENT.format(number=number, severity=1 + number % 3, day=day))
    own_site.ingest()
    client = own_site.client()
    response = client.get("/timeline")
    text = words(response)
    assert not MARK.findall(response.text)
    assert "Each bar counts the incidents of one severity in a year." in text
    assert "When SEV1 SEV2 SEV3" in text
    assert "Page 1 of 2" in text
    years = re.findall(r'<th scope="row"><a href="([^"]+)">(\d{4})</a></th>', response.text)
    assert len(years) == 12
    assert "Timeline 6" in words(client.get(years[-1][0].replace("&amp;", "&")))
    # A page of the list further on has the same picture.
    assert "Each bar counts" in words(client.get("/timeline?page=2"))


def test_the_list_of_incidents_leads_here(published: Published) -> None:
    assert 'href="/timeline"' in published.client().get("/postmortems").text
