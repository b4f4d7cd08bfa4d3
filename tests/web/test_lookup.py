"""The page that answers what is pasted: what it shows, what it keeps to itself, and that nothing of a paste stays."""

from __future__ import annotations

import logging
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.lookup.test_answer import page
from tests.web.published import READER, TEAM_SERVICE, TEAM_WORDS, Published, csrf, words

TRACE = "FATAL: sorry, too many clients already\n    at Pool.take (pool.js:12:3)\n"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=x>\u202e"


def paste(client: FlaskClient, text: str, **more: Any) -> TestResponse:
    """As a person does it: the page is loaded, the text put in, the form sent."""
    form = {"csrf_token": csrf(client.get("/lookup").text), "q": text, **more}
    return client.post("/lookup", data=form)


def values(response: TestResponse, name: str) -> list[str]:
    """What the page's buttons of that name send."""
    return [unescape(each) for each in re.findall(rf'name="{name}" value="([^"]*)"', response.text)]


def test_the_page_offers_the_box(published: Published) -> None:
    response = published.client().get("/lookup")
    assert response.status_code == 200
    assert 'name="q"' in response.text
    assert "Nothing that is pasted here is kept" in words(response)


def test_an_alert_is_answered_in_the_order_in_which_it_is_needed(published: Published) -> None:
    response = paste(published.client(), page("PgPoolSaturated", service="checkout", namespace="shop"))
    text = words(response)
    places = [
        text.index(said)
        for said in (
            "alert PgPoolSaturated",
            "Do this PostgreSQL: too many connections Stop the bleeding",
            "psql -c",
            "Why: same alert PgPoolSaturated",
            "Last time Checkout down while the pool was exhausted SEV2 2026-08-03 1 h 47 min",
            "Fixed by: Raised pool_size",
            "Who Checkout Platform",
            "Promised overdue, was due",
            "Limit idle transactions",
        )
    ]
    assert places == sorted(places)
    assert response.headers["Cache-Control"] == "no-store"


def test_one_line_is_a_question_and_gets_an_address(published: Published) -> None:
    response = paste(published.client(), "  pool exhausted \r\n")
    assert response.status_code == 303
    assert response.headers["Location"] == "/search?q=pool+exhausted"
    assert paste(published.client(), "x" * 200).status_code == 303
    assert paste(published.client(), "x" * 201).status_code == 200
    assert paste(published.client(), "one\ntwo").status_code == 200


def test_a_secret_goes_into_no_address_and_onto_no_page(published: Published) -> None:
    client = published.client()
    for text in ("curl -H 'Authorization: Bearer abcdef0123456789abcdef'", f"{TRACE}DB_PASSWORD=hunter2hunter2\n"):
        response = paste(client, text)
        assert response.status_code == 200
        assert "abcdef0123456789" not in response.text
        assert "hunter2" not in response.text
        assert "[masked: " in response.text
        assert "1 secret in it is masked" in words(response)


def test_what_was_understood_is_taken_away_and_put_back_by_a_button(published: Published) -> None:
    client, text = published.client(), page("PgPoolSaturated", service="checkout")
    first = paste(client, text)
    assert "alert:PgPoolSaturated" in values(first, "remove")
    without = paste(client, text, remove="alert:PgPoolSaturated")
    assert "alert:PgPoolSaturated" not in values(without, "remove")
    assert values(without, "removed") == values(without, "restore") == ["alert:PgPoolSaturated"]
    assert "same alert PgPoolSaturated" not in words(without)
    both = paste(client, text, removed="alert:PgPoolSaturated", remove="service:checkout")
    assert values(both, "removed") == ["alert:PgPoolSaturated", "service:checkout"]
    back = paste(client, text, removed="alert:PgPoolSaturated", restore="alert:PgPoolSaturated")
    assert values(back, "removed") == []
    assert "same alert PgPoolSaturated" in words(back)


def test_the_text_is_carried_along_as_it_was_pasted(published: Published) -> None:
    client = published.client()
    first = paste(client, "\r\n  FATAL: sorry, too many clients already\r\nsecond\r\n")
    box = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", first.text, re.S)
    assert box
    assert unescape(box[1]) == "\n  FATAL: sorry, too many clients already\nsecond\n"


def test_what_is_pasted_is_text_and_never_markup(published: Published) -> None:
    response = paste(published.client(), page("X", {"summary": HOSTILE}, service=HOSTILE, pod=HOSTILE) + "\n" + HOSTILE)
    assert "<script>alert" not in response.text
    assert "<img src=x" not in response.text
    assert "\u202e" not in re.sub(
        r"<textarea.*?</textarea>|(?:value|title|aria-label)=\"[^\"]*\"", "", response.text, flags=re.S
    )


def test_where_nothing_fits_the_page_says_so_and_offers_to_write(published: Published) -> None:
    response = paste(published.client(), page("BrokerDiskFull", service="broker"))
    assert "No runbook that you can see is known to fit." in words(response)
    assert "No incident that you can see is known to be like this." in words(response)
    assert 'href="/runbooks/stub?alert=BrokerDiskFull&amp;service=broker"' in response.text
    assert "broker — not in the catalog" in words(response)


def test_json_says_the_same_by_either_way_of_asking(published: Published) -> None:
    client = published.client()
    token = csrf(client.get("/lookup").text)
    form = {"csrf_token": token, "q": page("PgPoolSaturated", service="checkout")}
    answers = [
        client.post("/lookup.json", data=form),
        client.post("/lookup", data=form, headers={"Accept": "application/json"}),
    ]
    first, second = ({**(each.json or {}), "took_ms": 0} for each in answers)
    assert first == second
    assert {"understood", "runbooks", "incidents", "pattern", "owner", "actions"} < set(first)
    assert {"kind": "alert", "value": "PgPoolSaturated"}.items() <= first["understood"][0].items()
    assert first["runbooks"][0]["path"] == "runbooks/pool-exhausted.md"
    assert first["runbooks"][0]["section"] == {"title": "Stop the bleeding", "anchor": "s-stop-the-bleeding"}
    assert first["incidents"][0]["minutes"] == 107
    assert (first["pattern"]["id"], first["pattern"]["count"]) == ("pool-again", 2)
    assert first["pattern"]["open_question"].startswith("2nd time in 29 months; ")
    assert first["owner"]["team"] == "platform"
    assert {each.headers["Cache-Control"] for each in answers} == {"no-store"}


def test_a_short_question_is_answered_in_json_too(published: Published) -> None:
    client = published.client()
    form = {"csrf_token": csrf(client.get("/lookup").text), "q": "too many clients"}
    assert client.post("/lookup.json", data=form).status_code == 200


def test_a_form_from_elsewhere_is_refused(published: Published) -> None:
    client = published.client()
    assert client.post("/lookup", data={"q": TRACE}).status_code == 400
    token = csrf(client.get("/lookup").text)
    form = {"csrf_token": token, "q": TRACE}
    assert client.post("/lookup", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert client.post("/lookup", data={"csrf_token": token}).status_code == 400
    assert client.post("/lookup", data={"csrf_token": token, "q": ["a", "b"]}).status_code == 400


def test_a_large_paste_is_read_and_a_huge_one_is_refused_in_words(published: Published) -> None:
    client = published.client()
    assert paste(client, "FATAL: too many clients\n" * 40_000).status_code == 200
    refused = paste(client, "x" * 9_000_000)
    assert refused.status_code == 413
    assert "too large" in words(refused)


def test_other_forms_stay_small(published: Published) -> None:
    client = published.client()
    form = {"csrf_token": csrf(client.get("/login").text), "email": "x" * 100_000, "password": "y"}
    assert client.post("/login", data=form).status_code == 413


def test_who_may_not_see_a_runbook_is_answered_as_if_it_were_not_there(published: Published) -> None:
    text = page(TEAM_WORDS["alert"], service=TEAM_SERVICE)
    outside, inside = words(paste(published.client(), text)), words(paste(published.client(READER), text))
    assert TEAM_WORDS["title"] not in outside
    assert TEAM_WORDS["owner"] not in outside
    assert f"{TEAM_SERVICE} — not in the catalog" in outside
    assert f"{TEAM_WORDS['title']} ledger" in inside


def test_nothing_of_a_paste_is_stored_counted_or_logged(own_site: Published, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = own_site.client()
    word = "quetzalcoatlus"
    paste(client, f"{word} FATAL: sorry, too many clients already\n{word}\n")
    assert word not in caplog.text
    assert word not in client.get("/metrics").text
    own_site.database.close()
    for file in Path(own_site.settings.data).rglob("*"):
        assert not file.is_file() or word.encode() not in file.read_bytes()
