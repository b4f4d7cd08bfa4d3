"""Patterns in the browser: what is said first, and the page of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.library import Document, User
from tests.insight.recurrences import CATALOG, postmortem, recur
from tests.web.published import (
    ANONYMOUS,
    OUTSIDER,
    READER,
    TEAM_PATTERN,
    Published,
    csrf,
    publish,
    without_token,
    words,
)

PAGE = "/patterns/pool-again"
CHECKOUT = "/postmortems/checkout-down/checkout-down-while-the-pool-was-exhausted"
LATE = "Limit idle transactions | databases | 2026-01-01 | prevent | open"
AGAIN = "Limit the idle transactions | databases | | prevent | done"
FILES = {
    "one": postmortem("The pool ran out once", "2025-06-01T10:00:00Z", [AGAIN], alerts=["PgPoolSaturated"]),
    "two": postmortem("The pool ran out twice", "2025-12-01T10:00:00Z", [LATE], alerts=["PgPoolSaturated"]),
    "three": postmortem(
        "The pool ran out again",
        "2026-08-01T10:00:00Z",
        resolved="2026-08-01T10:47:00Z",
        fixed_by="Ended them.",
        severity="SEV2",
        detection="customers",
        impact="Nobody could pay.",
    ),
    "far": postmortem("Another service", services=["ledger"]),
    "inner": postmortem("Lazulite within", "2026-09-01", [LATE, AGAIN], audience="organisation", services=["ledger"]),
    "hidden": postmortem("Wulfenite outage", "2026-10-01", [LATE, AGAIN], audience="team:payments", impact="Axinite."),
}
RUNBOOK = """---
id: pool
kind: runbook
title: The pool is full
audience: public
alerts: [PgPoolSaturated]
---

## First steps

Look.
"""


def site_of(folder: Path, ids: list[str], patterns: dict[str, tuple[str, list[str], str]]) -> Published:
    files = {f"postmortems/{id}.md": FILES[id].replace("---\n", f"---\nid: {id}\n", 1) for id in ids}
    site = publish(folder, {**CATALOG, **files, "runbooks/pool.md": RUNBOOK})
    for id, (name, members, audience) in patterns.items():
        recur(site.database, id, name, members, audience=audience, state="found")
    return site


@pytest.fixture(scope="module")
def recurring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Three times within 14 months for everybody, twice more inside. No test changes it."""
    everything = {"again": ("Pool out", ["one", "two", "three", "inner", "hidden"], "public")}
    site = site_of(tmp_path_factory.mktemp("recurring"), list(FILES), everything)
    yield site
    site.close()


def test_a_page_says_first_how_often_and_what_is_left_open(recurring: Published) -> None:
    said = words(recurring.client().get("/patterns/again"))
    assert "Pool out 3rd time in 14 months; 1 of 2 preventing actions is" in said
    assert re.search(r"days overdue, owner databases\. (Steady|Slowing|Quickening): ", said)


def test_a_page_says_what_is_shared_what_fixed_it_and_how_long_that_took(recurring: Published) -> None:
    said = words(recurring.client().get("/patterns/again"))
    assert "Shared causes Connections used up 3 of 3" in said
    assert "Shared services Checkout 3 of 3" in said
    assert "Took 47 min; known of 1" in said
    assert "Fixed by: Ended them." in said
    assert "Fixed by: not stated" in said
    assert "Nobody could pay." in said
    assert "Noticed by customers 1 of 3" in said
    assert "Why it belongs: same cause: connections used up score 0.50" in said


def test_a_runbook_that_answers_a_shared_alert_is_linked_with_the_reason(recurring: Published) -> None:
    page = recurring.client().get("/patterns/again")
    assert 'href="/runbooks/pool/the-pool-is-full"' in page.text
    assert "Why: answers PgPoolSaturated, which 2 of them raised" in words(page)


def test_what_was_promised_twice_is_said_once(recurring: Published) -> None:
    said = words(recurring.client().get("/patterns/again"))
    assert "Promised 2 Limit idle transactions promised twice: overdue once, done once" in said


def test_the_picture_has_a_shape_and_a_word_for_each_and_no_style(recurring: Published) -> None:
    (picture,) = re.findall(r'<svg viewBox="0 0 640.*?</svg>', recurring.client().get("/patterns/again").text, re.S)
    assert picture.count('class="happened"') == 3
    assert re.findall(r">(SEV2|\?)<", picture) == ["?", "?", "SEV2"]
    assert 'aria-label="3 incidents from 2025-06-01 to 2026-08-01; the list below says the same"' in picture


def test_a_factor_has_the_same_page(recurring: Published) -> None:
    client = recurring.client()
    assert 'href="/patterns/factor/connections"' in client.get("/patterns").text
    said = words(client.get("/patterns/factor/connections"))
    assert "Factor Connections used up 4 times, 3 of them within 14 months; 1 of 2 preventing actions is" in said
    assert client.get("/patterns/factor/capacity").headers["Location"] == "/causes/capacity"


def test_the_first_page_says_what_keeps_happening(recurring: Published) -> None:
    assert "It keeps happening Pool out 3rd time" in words(recurring.client().get("/"))
    assert "It keeps happening Pool out 5th time" in words(recurring.client(READER).get("/"))


def test_a_post_mortem_says_which_time_it_was(recurring: Published) -> None:
    client = recurring.client()
    said = [words(client.get(f"/postmortems/{id}", follow_redirects=True)) for id in ("one", "three", "far")]
    assert "This was the 1st of 3 times: Pool out . 1 of 2 preventing actions is" in said[0]
    assert "This is the 3rd time: Pool out" in said[1]
    assert "times: Pool out" not in said[2]


def test_a_hit_names_its_pattern_on_the_page_and_in_json(recurring: Published) -> None:
    client = recurring.client()
    assert "Part of the pattern “Pool out” (3)" in words(client.get("/search?q=kind:postmortem"))
    hits = json.loads(client.get("/search.json?q=kind:postmortem").text)["hits"]
    named = {hit["title"]: (hit["pattern"], hit["pattern_url"]) for hit in hits}
    assert named["The pool ran out once"] == ("Part of the pattern “Pool out” (3)", "/patterns/again")
    assert named["Another service"] == ("", "")


def test_a_look_up_says_that_it_recurs(recurring: Published) -> None:
    client = recurring.client()
    form = {"csrf_token": csrf(client.get("/lookup").text), "q": "[FIRING:1] PgPoolSaturated\nservice: checkout"}
    pattern = json.loads(client.post("/lookup.json", data=form).text)["pattern"]
    assert (pattern["id"], pattern["name"], pattern["count"]) == ("again", "Pool out", 3)
    assert pattern["open_question"].startswith("3rd time in 14 months; ")
    said = words(client.post("/lookup", data=form))
    assert f"It recurs Pool out {pattern['open_question']}" in said


def test_an_outsider_cannot_tell_what_of_a_pattern_is_hidden(tmp_path: Path, recurring: Published) -> None:
    recur(recurring.database, "theirs", "Wulfenite", ["one", "hidden"], audience="team:payments")
    recur(recurring.database, "secret", "Wulfenite too", ["two", "hidden"])
    inside = {"again": ("Pool out", ["one", "two", "three", "inner"], "public")}
    outside = {"again": ("Pool out", ["one", "two", "three"], "public")}
    seen = {OUTSIDER: site_of(tmp_path / "in", [*list(FILES)[:-1]], inside)}
    seen[ANONYMOUS] = site_of(tmp_path / "out", [*list(FILES)[:-2]], outside)
    addresses = [
        *("/", "/patterns", "/patterns/again", "/patterns/theirs", "/patterns/secret", "/patterns?state=dismissed"),
        *("/patterns/factor/connections", "/search?q=kind:postmortem", "/search.json?q=pool", "/services/ledger"),
        *(f"/postmortems/{id}/{slug}" for id, slug in (("one", "the-pool-ran-out-once"), ("far", "another-service"))),
    ]
    for persona, twin in seen.items():
        for address in addresses:
            pages = [_same(each.client(persona).get(address).text) for each in (recurring, twin)]
            assert pages[0] == pages[1], (persona, address)
        twin.close()


def _same(page: str) -> str:
    page = re.sub(r"\d+ in \d+ ms", "", page)
    return without_token(page)


def test_the_team_sees_its_pattern(published: Published) -> None:
    assert TEAM_PATTERN in published.client(READER).get("/patterns").text
    assert TEAM_PATTERN not in published.client(OUTSIDER).get("/patterns").text


def test_a_pattern_of_a_thousand_has_a_short_page(tmp_path: Path) -> None:
    same = {f"postmortems/{number}.md": postmortem("The pool ran out", "2026-08-01", [LATE]) for number in range(1000)}
    site = publish(tmp_path, {**CATALOG, **same})
    with site.database.write() as session:
        ids = list(session.scalars(select(Document.id)))
        session.execute(update(User).values(role="editor"))
    recur(site.database, "again", "Pool out", ids)
    client = site.client(READER)
    page = client.get("/patterns/again?page=100")
    assert "1,000th time in 1 day; all 1,000 preventing actions are overdue" in words(page)
    assert "promised 1,000 times: overdue 1,000 times" in words(page)
    assert "Page 100 of 100" in words(page)
    curated = client.get("/patterns/again/curate?page=2").text
    assert 'action="/patterns/again/split?page=2"' in curated
    refused = client.post("/patterns/again/split?page=2", data={"csrf_token": csrf(curated), "name": "Half"}).text
    assert "Page 2 of 20" in refused
    assert 'href="/patterns/again/curate?page=3"' in refused
    for address in ("/", "/patterns", "/patterns/again", "/patterns/again/curate", f"/postmortems/{ids[0]}"):
        answer = client.get(address, follow_redirects=True)
        assert (answer.status_code, len(answer.data) < 100_000) == (200, True), address
    site.close()
