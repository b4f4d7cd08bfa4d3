"""Reading lists: what comes next, what this reader has read, and the way back from each document."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.published import ANONYMOUS, OUTSIDER, READER, Published, csrf, sign_in, words

LIST = "/reading-lists/first-week/first-week-on-call"
LEVELS = "/guides/severity-levels/severity-levels"
RUNBOOK = "/runbooks/pool-exhausted/postgresql-too-many-connections"
INCIDENT = "/postmortems/checkout-down/checkout-down-while-the-pool-was-exhausted"


def mark(client: FlaskClient, document: str, read: str = "yes", onward: str = LIST) -> TestResponse:
    form = {"csrf_token": csrf(client.get(LIST).text), "document": document, "read": read, "next": onward}
    return client.post("/read", data=form)


@pytest.mark.parametrize("persona", [ANONYMOUS, READER])
def test_a_list_says_what_is_read_what_is_left_and_what_comes_next(own_site: Published, persona: str) -> None:
    client = own_site.client(persona)
    count = 3 if persona == READER else 2
    before = words(client.get(LIST))
    assert f"0 of {count} read" in before
    assert "Begin with: Severity levels" in before
    assert mark(client, "severity-levels").headers["Location"] == LIST
    after = words(client.get(LIST))
    assert f"1 of {count} read" in after
    assert "Go on with: PostgreSQL: too many connections" in after
    mark(client, "severity-levels", "no")
    assert f"0 of {count} read" in words(client.get(LIST))


def test_whoever_has_read_everything_is_told_so(own_site: Published) -> None:
    client = own_site.client()
    for document in ("severity-levels", "pool-exhausted"):
        mark(client, document)
    page = words(client.get(LIST))
    assert "2 of 2 read" in page
    assert "You have read all of it." in page
    assert "min left" not in page


def test_an_item_keeps_its_words_and_gets_its_state_below(own_site: Published) -> None:
    client = own_site.client()
    page = words(client.get(LIST))
    assert "Too many connections - the commonest page Runbook 1 min Mark as read" in page
    assert "What others say" in page
    mark(client, "pool-exhausted")
    assert "the commonest page Runbook 1 min read Not read" in words(client.get(LIST))


def test_a_document_leads_back_to_its_list_and_on_to_the_next(own_site: Published) -> None:
    client = own_site.client()
    page = words(client.get(LEVELS))
    assert "Reading lists" in page
    assert "First week on call 0 of 2 read" in page
    assert "Mark as read, open next: PostgreSQL: too many connections" in page
    assert mark(client, "severity-levels", onward=RUNBOOK).headers["Location"] == RUNBOOK
    last = words(client.get(RUNBOOK))
    assert "First week on call 1 of 2 read" in last
    assert "open next" not in last


def test_a_document_in_no_list_says_nothing_of_lists(published: Published) -> None:
    page = published.client().get(INCIDENT).text
    assert "Mark as read" not in page
    assert "s-reading-lists" not in page


def test_what_a_reader_may_not_see_is_not_counted_in_the_list(published: Published) -> None:
    for persona, count in ((ANONYMOUS, 2), (OUTSIDER, 2), (READER, 3)):
        page = published.client(persona).get(LIST)
        assert f"0 of {count} read" in words(page)
        assert ("Obsidianite" in page.text) == (persona == READER)


def test_a_hidden_document_cannot_be_marked(own_site: Published) -> None:
    client = own_site.client(OUTSIDER)
    answers = [mark(client, name) for name in ("ledger", "zzzzzz")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text


def test_what_was_read_before_signing_in_is_kept_in_the_account(own_site: Published) -> None:
    client = own_site.client()
    mark(client, "severity-levels")
    assert sign_in(client).status_code == 303
    assert client.get_cookie("read") is None
    assert "1 of 3 read" in words(client.get(LIST))
    assert "1 of 3 read" in words(own_site.client(READER).get(LIST))
    assert "0 of 2 read" in words(own_site.client(OUTSIDER).get(LIST))


def test_a_document_that_changed_since_it_was_read_says_so(own_site: Published) -> None:
    client = own_site.client(READER)
    mark(client, "pool-exhausted")
    assert "changed since" not in words(client.get(LIST))
    file = own_site.content / "runbooks/pool-exhausted.md"
    file.write_text(file.read_text() + "\n## One more thing\n\nLook twice.\n")
    own_site.ingest()
    assert "read changed since" in words(client.get(LIST))
    assert "read changed since" in words(client.get(RUNBOOK))
    mark(client, "pool-exhausted")
    assert "changed since" not in words(client.get(LIST))


def test_a_browser_forgets_what_was_read_first_before_its_cookie_is_too_large(own_site: Published) -> None:
    client = own_site.client()
    client.set_cookie("read", "/".join(f"document-number-{number}" for number in range(180)))
    mark(client, "severity-levels")
    kept = client.get_cookie("read")
    assert kept is not None
    assert len(kept.value) < 4_000
    assert kept.value.endswith("/document-number-179/severity-levels")


def test_a_cookie_of_nonsense_is_no_reading(published: Published) -> None:
    client = published.client()
    client.set_cookie("read", '///%00/../x"y')
    assert "0 of 2 read" in words(client.get(LIST))


def test_a_mark_without_a_token_or_from_elsewhere_changes_nothing(own_site: Published) -> None:
    client = own_site.client()
    assert client.post("/read", data={"document": "severity-levels", "read": "yes"}).status_code == 400
    form = {"csrf_token": csrf(client.get(LIST).text), "document": "severity-levels", "read": "yes"}
    assert client.post("/read", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert client.post("/read", data=form | {"next": "//evil.example"}).headers["Location"] == "/"


def test_the_lists_show_how_much_there_is_to_read_and_how_far_one_is(own_site: Published) -> None:
    client = own_site.client()
    assert "First week on call Severity levels 2 to read" not in words(client.get("/reading-lists"))
    page = words(client.get("/reading-lists"))
    assert "2 to read" in page
    assert "min in all" in page
    assert "of 2 read" not in page
    mark(client, "severity-levels")
    assert "1 of 2 read" in words(client.get("/reading-lists"))


def test_a_renamed_document_keeps_its_mark(own_site: Published) -> None:
    client = own_site.client(READER)
    mark(client, "pool-exhausted")
    file = own_site.content / "runbooks/pool-exhausted.md"
    file.rename(own_site.content / "runbooks/too-many-connections.md")
    reading_list = own_site.content / "reading-lists/first-week.md"
    reading_list.write_text(reading_list.read_text().replace("pool-exhausted.md", "too-many-connections.md"))
    own_site.ingest()
    assert "1 of 3 read" in words(client.get(LIST))
