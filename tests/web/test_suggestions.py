"""Suggested tags: they look different from facts everywhere until somebody confirms them, and that can be undone."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.insight.tags.suggest import refresh
from app.library import Document, IncidentCause, TagDecision, User
from tests.web.published import ANONYMOUS, FILES, OUTSIDER, READER, Published, csrf, words

FULL = """---
id: {id}
kind: postmortem
title: {title}
audience: {audience}
---

## Summary

{text}
"""
PAGE = "/postmortems/disk-full/the-basket-stood-still"
OF = {"document": "disk-full", "subject": "cause", "value": "capacity"}
SAYS = "The disk fills with logs until the limit was reached, an overload."


@pytest.fixture
def site(own_site: Published) -> Published:
    """The same site with post-mortems that state nothing; the outsider is an editor who may not see the ledger's."""
    with own_site.database.write() as session:
        session.scalars(select(User).where(User.email == OUTSIDER)).one().role = "editor"
    open_text, hidden = f"Every write was refused. {SAYS}", "The serpentinex fills with logs, an overload."
    own_site.write(
        "postmortems/disk-full.md",
        FULL.format(id="disk-full", title="The basket stood still", audience="public", text=open_text),
    )
    own_site.write(
        "postmortems/hidden.md",
        FULL.format(id="hidden", title="Obsidianite overload", audience="team:payments", text=hidden),
    )
    own_site.ingest()
    refresh(own_site.database)
    return own_site


def post(client: FlaskClient, what: str, **form: str) -> TestResponse:
    token = csrf(client.get("/suggestions").text)
    return client.post(f"/suggestions/{what}", data={"csrf_token": token, **OF, **form})


def waiting(site: Published) -> str:
    return words(site.client(OUTSIDER).get("/suggestions"))


def found(site: Published) -> list[str]:
    hits = site.client().get("/search.json?q=cause:capacity").json
    assert hits
    return [hit["title"] for hit in hits["hits"]]


def test_an_editor_sees_what_waits_with_the_sentence_that_says_so(site: Published) -> None:
    page = waiting(site)
    assert "A limit was reached suggested" in page
    assert SAYS in page


def test_nobody_is_shown_what_a_document_they_may_not_see_suggests(site: Published) -> None:
    assert "Obsidianite" not in waiting(site)
    assert "serpentinex" not in waiting(site)


@pytest.mark.parametrize(("persona", "status"), [(ANONYMOUS, 303), (READER, 404)])
def test_only_editors_may_look_and_decide(site: Published, persona: str, status: int) -> None:
    client = site.client(persona)
    assert client.get("/suggestions").status_code == status
    token = csrf(client.get("/" if persona == READER else "/login").text)
    form = {"csrf_token": token, **OF, "decision": "confirmed"}
    assert client.post("/suggestions/decide", data=form).status_code == 404
    assert client.post("/suggestions/undo", data=form).status_code == 404


def test_a_suggestion_is_dashed_and_says_so_and_is_counted_nowhere(site: Published) -> None:
    page = site.client().get(PAGE)
    assert '<span class="tag-suggested"><a href="/causes/capacity">' in page.text
    assert "A limit was reached suggested" in words(page)
    assert "Cause : not stated" in words(page).replace("Cause:", "Cause :")
    assert found(site) == []
    cause = words(site.client().get("/causes/capacity"))
    assert "Suggested 1" in cause
    assert "nobody has confirmed it" in cause


def test_what_is_confirmed_is_a_fact_at_once(site: Published) -> None:
    assert post(site.client(OUTSIDER), "decide", decision="confirmed").status_code == 303
    site.ingest()
    page = words(site.client().get(PAGE))
    assert "A limit was reached confirmed" in page
    assert "The basket stood still" in found(site)
    assert SAYS not in waiting(site).partition("Decided last")[0]


def test_the_index_follows_a_confirmation_by_the_next_revision(site: Published) -> None:
    with site.database.read() as session:
        before = session.get_one(Document, "disk-full").revision
    post(site.client(OUTSIDER), "decide", decision="confirmed")
    with site.database.read() as session:
        assert session.get_one(Document, "disk-full").revision > before


def test_what_is_rejected_is_not_suggested_again(site: Published) -> None:
    post(site.client(OUTSIDER), "decide", decision="rejected")
    site.write("postmortems/disk-full.md", (site.content / "postmortems/disk-full.md").read_text() + "\nOverload.\n")
    site.ingest()
    refresh(site.database)
    assert "A limit was reached suggested" not in words(site.client().get(PAGE))
    with site.database.read() as session:
        assert session.get(IncidentCause, ("disk-full", "capacity")) is None


@pytest.mark.parametrize("decision", ["confirmed", "rejected"])
def test_a_decision_can_be_taken_back(site: Published, decision: str) -> None:
    client = site.client(OUTSIDER)
    post(client, "decide", decision=decision)
    assert "Undo" in waiting(site)
    assert post(client, "undo").status_code == 303
    assert "A limit was reached suggested" in words(site.client().get(PAGE))
    with site.database.read() as session:
        assert session.get(IncidentCause, ("disk-full", "capacity")) is None
        assert session.scalars(select(TagDecision)).all() == []


def test_a_severity_and_a_service_can_be_confirmed_and_taken_back(site: Published) -> None:
    client = site.client(OUTSIDER)
    for subject, value, called in (("service", "checkout", "Checkout"), ("severity", "SEV1", "SEV1")):
        said = f"{called} confirmed"
        assert f"{called} suggested" in words(client.get(PAGE))
        assert post(client, "decide", subject=subject, value=value, decision="confirmed").status_code == 303
        assert said in words(client.get(PAGE))
        assert post(client, "undo", subject=subject, value=value).status_code == 303
        assert said not in words(client.get(PAGE))


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"decision": "perhaps"}, 400),
        ({"decision": "confirmed", "value": "no-such-cause"}, 404),
        ({"decision": "confirmed", "document": "no-such-document"}, 404),
        ({"decision": "confirmed", "document": "hidden"}, 404),
    ],
)
def test_what_is_not_suggested_cannot_be_decided(site: Published, form: dict[str, str], status: int) -> None:
    assert post(site.client(OUTSIDER), "decide", **form).status_code == status


def test_two_who_decide_the_same_are_told(site: Published) -> None:
    client = site.client(OUTSIDER)
    post(client, "decide", decision="confirmed")
    assert post(client, "decide", decision="rejected").status_code == 404
    assert post(client, "undo", value="connections").status_code == 404


def test_a_confirmed_category_that_leaves_the_taxonomy_keeps_every_page_up(site: Published) -> None:
    post(site.client(OUTSIDER), "decide", decision="confirmed")
    site.write(
        "taxonomy.yml",
        FILES["taxonomy.yml"].replace("name: capacity", "name: limits").replace("parent: capacity", "parent: limits"),
    )
    site.ingest()
    refresh(site.database)
    editor = site.client(OUTSIDER)
    for address in (
        PAGE,
        "/causes",
        "/causes/capacity",
        "/causes/limits",
        "/suggestions",
        "/",
        "/search?q=cause:capacity",
    ):
        assert editor.get(address).status_code == 200
    assert "Confirmed, and no longer in the catalog: cause capacity (1 document)" in waiting(site)
