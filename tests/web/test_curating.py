"""What editors say of a pattern in the browser, and what readers say of two incidents."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.library import Pattern, User, Verdict
from tests.insight.recurrences import recur
from tests.web.published import ADMIN, ANONYMOUS, OUTSIDER, READER, Published, csrf, words

PAGE = "/patterns/pool-again"
CHECKOUT = "/postmortems/checkout-down/checkout-down-while-the-pool-was-exhausted"


@pytest.fixture
def site(own_site: Published) -> Published:
    """The published site where the outsider is an editor."""
    with own_site.database.write() as session:
        session.scalars(select(User).where(User.email == OUTSIDER)).one().role = "editor"
    return own_site


def post(client: FlaskClient, action: str, pattern: str = PAGE, **form: str | list[str]) -> TestResponse:
    token = csrf(client.get(f"{PAGE}/curate").text)
    return client.post(f"{pattern}/{action}", data={"csrf_token": token, **form})


def row(site: Published, id: str = "pool-again") -> Pattern:
    with site.database.read() as session:
        return session.get_one(Pattern, id)


def test_forms_are_for_editors(site: Published) -> None:
    for persona, there in ((ANONYMOUS, False), (READER, False), (OUTSIDER, True), (ADMIN, True)):
        client = site.client(persona)
        assert (f'href="{PAGE}/curate"' in client.get(PAGE).text) == there
        assert (client.get(f"{PAGE}/curate").status_code == 200) == there
        assert ("Dismissed" in words(client.get("/patterns"))) == there


def test_an_editor_renames_confirms_dismisses_and_takes_it_back(site: Published) -> None:
    client = site.client(OUTSIDER)
    with site.database.write() as session:
        session.execute(update(Pattern).values(state="found"))
    assert post(client, "rename", name="The <b>pool</b>").headers["Location"] == PAGE
    assert "<h1>The &lt;b&gt;pool&lt;/b&gt;</h1>" in client.get(PAGE).text
    assert "nobody has confirmed it" in words(client.get(PAGE))
    post(client, "confirm")
    assert "confirmed by a person" in words(client.get(PAGE))
    assert post(client, "dismiss", reason="").status_code == 400
    post(client, "dismiss", reason="Only the season")
    assert re.search(r"Dismissed on [\d-]+ : Only the season", words(site.client().get(PAGE)))
    assert PAGE not in site.client().get("/patterns").text
    assert "Only the season" in words(client.get("/patterns?state=dismissed"))
    token = csrf(client.get(PAGE).text)
    client.post(f"{PAGE}/restore", data={"csrf_token": token})
    assert PAGE in site.client().get("/patterns").text


def test_a_merge_is_looked_at_first_and_its_old_address_leads_on(site: Published) -> None:
    recur(site.database, "other", "The other one", ["quiet", "derived"])
    client = site.client(OUTSIDER)
    seen = words(client.get(f"{PAGE}/merge?into=http://localhost/patterns/other"))
    assert "Goes Pool exhausted again 2nd time in 29 months Stays The other one 2 times" in seen
    assert row(site).state == "confirmed"
    assert post(client, "merge", into="other").headers["Location"] == "/patterns/other"
    moved = site.client().get(PAGE)
    assert (moved.status_code, moved.headers["Location"]) == (301, "/patterns/other")
    assert "checkout-down" in site.client().get("/patterns/other").text


def test_incidents_are_split_off_taken_out_and_put_in(site: Published) -> None:
    client = site.client(OUTSIDER)
    assert post(client, "put-in", document=f"http://localhost{CHECKOUT}?page=1").status_code == 303
    assert post(client, "put-in", document="quiet").headers["Location"] == f"{PAGE}/curate"
    assert post(client, "take-out", document="derived").status_code == 303
    assert post(client, "put-in", document="derived").status_code == 303
    assert post(client, "split", document=["quiet", "derived"], name="Slow").status_code == 400
    assert post(client, "put-in", document="ledger-stuck").status_code == 400
    assert post(client, "put-in", document="queue").status_code == 400
    assert post(client, "put-in", document=" ").status_code == 400
    assert post(site.client(ADMIN), "split", document=["quiet", "derived"], name="Slow").status_code == 303
    assert "Slow" in words(site.client().get("/patterns"))


def test_what_cannot_be_done_is_told_where_it_was_asked_with_what_was_written_there(site: Published) -> None:
    client = site.client(OUTSIDER)
    refused = post(client, "split", document=["quiet"], name="Slow payments")
    assert (refused.status_code, "Each half needs at least two incidents" in words(refused)) == (400, True)
    assert 'value="Slow payments"' in refused.text
    unknown = post(client, "put-in", document="no-such-incident")
    assert "No incident that you may see is “no-such-incident”" in words(unknown)
    assert 'value="no-such-incident"' in unknown.text
    assert "Give the id or the address" in words(post(client, "put-in", document="http://[::1"))
    nameless = post(client, "rename", name=" ")
    assert "Write a name" in words(nameless)
    assert post(client, "rename").status_code == 400


def test_what_is_said_of_a_pattern_that_is_not_there_is_not_found(site: Published) -> None:
    client = site.client(OUTSIDER)
    token = csrf(client.get("/").text)
    for verb in ("rename", "put-in", "split"):
        assert client.post(f"/patterns/nowhere/{verb}", data={"csrf_token": token}).status_code == 404


def test_a_verdict_needs_a_reader_and_sends_them_back(site: Published) -> None:
    form = {"document": "derived", "other": "checkout-down", "alike": "yes", "next": CHECKOUT}
    client = site.client(READER)
    token = csrf(client.get("/").text)
    assert site.client().post("/similar/verdict", data={"csrf_token": "x", **form}).status_code in (400, 404)
    answer = client.post("/similar/verdict", data={"csrf_token": token, **form})
    assert (answer.status_code, answer.headers["Location"]) == (303, CHECKOUT)
    assert client.post("/similar/verdict", data={"csrf_token": token, **form, "alike": "maybe"}).status_code == 400
    answer = client.post("/similar/verdict", data={"csrf_token": token, **form, "next": "//evil.example"})
    assert answer.headers["Location"] == "/"
    with site.database.read() as session:
        verdict = session.scalars(select(Verdict)).one()
    assert (verdict.document_id, verdict.other_id, verdict.alike) == ("checkout-down", "derived", True)
