"""A word that stands in one document only is sought in all that the site says: only who may see it finds it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.published import (
    ADMIN,
    ANONYMOUS,
    ORGANISATION_WORDS,
    OUTSIDER,
    PERSONAS,
    READER,
    TEAM_PATTERN,
    TEAM_SERVICE,
    TEAM_WORDS,
    Published,
)

INSIDE = (OUTSIDER, READER, ADMIN)
TEAM = (READER, ADMIN)
SECRETS = [(word, TEAM) for word in (*TEAM_WORDS.values(), TEAM_PATTERN, "ledger-stuck", "ledger-again")] + [
    (word, INSIDE) for word in (*ORGANISATION_WORDS.values(), TEAM_SERVICE)
]
# The catalog is the organisation's: there a team's name stands as an owner, and so does every service's.
PAGES = (
    "/",
    "/postmortems",
    "/runbooks",
    "/guides",
    "/reading-lists",
    "/causes",
    "/causes/capacity",
    "/causes/connections",
    "/services",
    "/services/checkout",
    "/services/postgresql",
    "/services/rhodonite-ledger",
    "/alerts",
    "/alerts/PgPoolSaturated",
    "/alerts/Kyanite",
    "/patterns",
    "/patterns/pool-again",
    "/patterns/ledger-again",
    "/actions",
    "/actions?state=overdue",
    "/actions?state=settled",
    "/postmortems/checkout-down/checkout-down-while-the-pool-was-exhausted",
    "/runbooks/pool-exhausted/postgresql-too-many-connections",
    "/reading-lists/first-week/first-week-on-call",
    "/postmortems/ledger-stuc",
    "/no-such-page",
    "/readyz",
    "/metrics",
)
# What everybody may ask, and what comes near the words without holding them.
QUERIES = (
    "ledger",
    "stuck",
    "the",
    "kind:runbook",
    "kind:postmortem",
    "severity:sev1",
    "service:postgresql",
    "cause:capacity",
    "has:actions",
    "after:2026",
    "obsidianit",
    "serpentimex",
    "kyaniteledgerstock",
    "tourmalinez",
    "-pool",
    "a OR the",
)


def said(client: FlaskClient, address: str) -> str:
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code in (200, 404), address
    return response.text.casefold()


def search(client: FlaskClient, text: str, **more: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(client.get("/search.json", query_string={"q": text, **more}).text)
    return answer


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_page_shows_a_word_to_who_may_not_see_it(published: Published, persona: str) -> None:
    client = published.client(persona)
    for address in PAGES:
        text = said(client, address).replace(address.casefold(), "").replace(address[1:].casefold(), "")
        for word, audience in SECRETS:
            if persona not in audience:
                assert word.casefold() not in text, f"{address} shows {word}"


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_answer_shows_a_word_that_was_not_in_the_question(published: Published, persona: str) -> None:
    client = published.client(persona)
    for query in QUERIES:
        for typing in ("0", "1"):
            text = json.dumps(search(client, query, typing=typing)).casefold()
            text += client.get("/search", query_string={"q": query}).text.casefold()
            for word, audience in SECRETS:
                if persona not in audience:
                    assert word.casefold() not in text, f"{query} shows {word}"


@pytest.mark.parametrize("persona", [ANONYMOUS, OUTSIDER])
def test_a_word_that_one_may_not_see_is_answered_like_one_that_stands_nowhere(
    published: Published, persona: str
) -> None:
    client = published.client(persona)
    for word in (word for word, audience in SECRETS if persona not in audience):
        # Of the same shape: what is said of a question's form may differ by it.
        nowhere = re.sub(r"[a-z]", "q", word.casefold())
        for query in (word, f"pool -{word}", f"pool OR tag:{word}", f'"{word}" alert:{word}'):
            answers = []
            for each in (query, query.replace(word, nowhere)):
                text = json.dumps(search(client, each, typing="1")).casefold()
                answers.append(re.sub(r"\d+ in \d+ ms", "", text.replace(word.casefold(), nowhere)))
            assert answers[0] == answers[1], query


@pytest.mark.parametrize("word", ["serpentinex", "obsidianite", "feldsparry", "kyaniteledgerstuck", "zoisite-ctl"])
def test_a_team_finds_its_words_by_whole_word_prefix_and_typo(published: Published, word: str) -> None:
    mistyped = word[:-3] + word[-2] + word[-3] + word[-1]
    for persona in PERSONAS:
        client = published.client(persona)
        totals = [
            search(client, word)["total"],
            search(client, word[:-2], typing="1")["total"],
            search(client, mistyped)["total"],
        ]
        if persona in TEAM:
            assert all(totals), f"{persona} does not find {word}: {totals}"
        else:
            assert not any(totals), f"{persona} finds {word}: {totals}"


def test_facets_count_only_what_the_viewer_sees(published: Published) -> None:
    counted = {}
    for persona in (ANONYMOUS, OUTSIDER, READER):
        answer = search(published.client(persona), "kind:runbook OR kind:postmortem")
        facets = {facet["name"]: facet["values"] for facet in answer["facets"]}
        counted[persona] = {value["word"]: value["count"] for value in facets["service"]}
    assert counted[ANONYMOUS] == {"Checkout": 2, "PostgreSQL": 2}
    assert counted[OUTSIDER] == {"Checkout": 3, "PostgreSQL": 2}
    assert counted[READER] == {"Checkout": 3, "PostgreSQL": 4, "Rhodonite ledger": 2}


def test_a_link_to_what_a_reader_may_not_see_leaves_its_words(published: Published) -> None:
    address = "/postmortems/checkout-down/checkout-down-while-the-pool-was-exhausted"
    link = 'href="/runbooks/ledger/obsidianite-ledger"'
    for persona in PERSONAS:
        page = published.client(persona).get(address).text
        assert "what the others say" in page
        assert (link in page) == (persona in TEAM)


def test_a_document_that_becomes_the_teams_is_gone_for_others_at_once(own_site: Published) -> None:
    client, reader = own_site.client(), own_site.client(READER)
    assert client.get("/search.json?q=exhausted").json["total"] == 2  # type: ignore[index]
    file = own_site.content / "runbooks/pool-exhausted.md"
    file.write_text(file.read_text().replace("audience: public", "audience: team:payments"))
    own_site.ingest()
    assert client.get("/search.json?q=exhausted").json["total"] == 1  # type: ignore[index]
    assert client.get("/runbooks/pool-exhausted").status_code == 404
    assert reader.get("/search.json?q=exhausted").json["total"] == 2  # type: ignore[index]
