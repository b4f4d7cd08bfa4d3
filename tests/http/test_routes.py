"""The table of routes is the site: nothing is registered beside it, and what is closed stays closed."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from app.http.guards import SAFE_METHODS
from app.http.routes import OPEN, TABLE, Route
from tests.web.published import ANONYMOUS, PERSONAS, TEAM_SERVICE, TEAM_WORDS, Published, csrf, without_token

OPEN_ROUTES = [route for route in TABLE if route.access == OPEN and "GET" in route.methods]
CLOSED_ROUTES = [route for route in TABLE if route.access != OPEN]
KNOWN = {
    "documents.listing": ("/postmortems", "/runbooks", "/guides", "/reading-lists"),
    "documents.find": ("/runbooks/pool-exhausted",),
    "documents.show": ("/runbooks/pool-exhausted/postgresql-too-many-connections",),
    "documents.template": ("/guides/severity-levels/severity-levels/template",),
    "causes.show": ("/causes/capacity",),
    "services.show": ("/services/checkout",),
    "patterns.show": ("/patterns/pool-again",),
    "patterns.factor": ("/patterns/factor/capacity",),
    "alerts.show": ("/alerts/PgPoolSaturated",),
}
# Of each route that names a thing: one that only the team may see, and one that there is not.
FORBIDDEN = (
    ("/postmortems/{}", "ledger-stuck", "ledger-zzzzz"),
    ("/runbooks/{}", "ledger", "zzzzzz"),
    ("/runbooks/{}/any-name", "ledger", "zzzzzz"),
    ("/guides/{}", "ledger", "zzzzzz"),
    ("/patterns/{}", "ledger-again", "zzzzzz-again"),
    ("/alerts/{}", TEAM_WORDS["alert"], "Zzzzzzzzzzzzzzzzzz"),
)


def addresses(published: Published, route: Route) -> tuple[str, ...]:
    if route.endpoint == "assets.show":
        return (f"/static/{published.app.config['ASSETS_VERSION']}/hindsight.css",)
    return KNOWN.get(route.endpoint, (route.path,))


def answered(response: TestResponse, *names: str) -> tuple[int, str, str]:
    """What an answer tells, without the address that was asked for and the form's token."""
    text, location = without_token(response.text), response.headers.get("Location", "")
    for name in names:
        text, location = text.replace(name, "NAME"), location.replace(name, "NAME")
    return response.status_code, location, text


def test_the_registered_routes_are_those_of_the_table(published: Published) -> None:
    rules = published.app.url_map.iter_rules()
    registered = {(rule.endpoint, rule.rule, frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"}) for rule in rules}
    assert registered == {(route.endpoint, route.path, frozenset(route.methods)) for route in TABLE}


@pytest.mark.parametrize("route", OPEN_ROUTES, ids=lambda route: route.endpoint)
def test_an_open_route_answers_anybody(published: Published, route: Route) -> None:
    client = published.client()
    for address in addresses(published, route):
        for method in ("GET", "HEAD"):
            response = client.open(address, method=method, follow_redirects=True, buffered=True)
            assert response.status_code == 200, address


@pytest.mark.parametrize("route", CLOSED_ROUTES, ids=lambda route: route.endpoint)
def test_a_closed_route_does_not_answer_strangers(published: Published, route: Route) -> None:
    client = published.client()
    token = csrf(client.get("/login").text)
    for method in route.methods:
        response = client.open(route.path, method=method, data=None if method == "GET" else {"csrf_token": token})
        if method in SAFE_METHODS:
            assert response.status_code == 303
            assert response.headers["Location"].startswith("/login?")
        else:
            assert response.status_code == 404


def test_a_route_that_is_not_in_the_table_is_closed_to_everybody(own_site: Published) -> None:
    own_site.app.add_url_rule("/forgotten", "forgotten", lambda: "the inside")
    for persona in PERSONAS:
        response = own_site.client(persona).get("/forgotten")
        assert response.status_code == 404
        assert "the inside" not in response.text


@pytest.mark.parametrize("persona", [ANONYMOUS, "outsider@example.org"])
@pytest.mark.parametrize(("pattern", "forbidden", "unknown"), FORBIDDEN)
def test_forbidden_looks_like_unknown(
    published: Published, persona: str, pattern: str, forbidden: str, unknown: str
) -> None:
    client = published.client(persona)
    for headers in ({}, {"Accept": "application/json"}):
        answers = [
            answered(client.get(pattern.format(name), headers=headers), name, name.lower())
            for name in (forbidden, unknown)
        ]
        assert answers[0] == answers[1]
        assert answers[0][0] == 404


@pytest.mark.parametrize("path", ["/services/{}", "/services/{}?page=2"])
def test_a_service_that_only_a_team_names_is_unknown_to_strangers(published: Published, path: str) -> None:
    client = published.client()
    answers = [
        answered(client.get(path.format(name)), name) for name in (TEAM_SERVICE, TEAM_SERVICE.upper(), "zzzzzzzzzzzz")
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 404


@pytest.mark.parametrize("persona", PERSONAS)
def test_who_may_see_a_document_is_shown_it(published: Published, persona: str) -> None:
    seen = {
        name: published.client(persona).get(f"/runbooks/{name}", follow_redirects=True).status_code == 200
        for name in ("pool-exhausted", "queue", "ledger")
    }
    inside = persona != ANONYMOUS
    team = inside and not persona.startswith("outsider")
    assert seen == {"pool-exhausted": True, "queue": inside, "ledger": team}


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_page_that_there_is_not_still_says_who_is_signed_in(published: Published, persona: str) -> None:
    for address in ("/no-such-page", "/runbooks/no-such-document"):
        page = published.client(persona).get(address)
        assert page.status_code == 404
        assert ("Sign out" in page.text) == (persona != ANONYMOUS)


def test_another_kind_leads_to_the_document_and_not_to_a_copy_of_it(published: Published) -> None:
    response = published.client().get("/guides/pool-exhausted")
    assert response.status_code == 301
    assert response.headers["Location"] == "/runbooks/pool-exhausted/postgresql-too-many-connections"
